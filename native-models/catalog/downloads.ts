import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { mobileFaceNetCalibration } from './calibration.ts';
import { sha256Of } from '../../foundation/hash.ts';
import type { ModelManifest } from '../../contract/manifest.ts';
import {
  totalBytes,
  sourceOf,
  transfer,
  type PinnedDownload,
  type PinnedFile,
} from './transfer.ts';
import { float32, type TensorOf } from '../graph/tensor.ts';
import type { Block } from './style-encoders.ts';
import type { Progress } from '../../contract/values.ts';
import { install } from './model-files.ts';

const file = {
  name: 'mobilefacenet.onnx',
  url: 'https://raw.githubusercontent.com/foamliu/MobileFaceNet/a6cc9032a659b615f477833e1a70b5e7931bcccc/weights/MobileFaceNet.onnx',
  bytes: 3_998_070,
  sha256: 'b7120c095d60094f28a4a54ba6a8bf51b297a6273fb40ef6350dfec1f63d9507',
};

const about = {
  id: 'mobilefacenet',
  name: 'MobileFaceNet, 128-D, additive angular margin',
  version: '1',
  license: 'Apache-2.0 (foamliu/MobileFaceNet); terms of the training photos are not settled by it',
  source: 'https://github.com/foamliu/MobileFaceNet (Chen et al. 2018, refined MS-Celeb-1M)',
};

/** The network takes (RGB / 255 − mean) / std; a manifest counts in pixels of 0…255. */
const inPixels = (a: number, b: number, c: number): [number, number, number] => [
  a * 255,
  b * 255,
  c * 255,
];

const input: ModelManifest['input'] = {
  name: 'input0',
  layout: 'NCHW',
  channels: 'RGB',
  width: 112,
  height: 112,
  mean: inPixels(0.485, 0.456, 0.406),
  std: inPixels(0.229, 0.224, 0.225),
  dynamicBatch: true,
};

const task: ModelManifest['task'] = {
  role: 'encoder',
  output: 'output0',
  dimension: 128,
  alignment: 'arcface-5',
  metric: 'cosine',
  mirror: true,
  ...mobileFaceNetCalibration,
};

export const mobileFaceNet: PinnedDownload = {
  ...about,
  role: 'encoder',
  files: [file],
  assemble: async (files) => {
    // Only here, so that a start of the host does not load the graph library.
    const { freeBatch } = await import('./free-batch.ts');
    const onnx = freeBatch(files.get(file.name)!);
    return { onnx, manifest: manifestOf(onnx) };
  },
};

const manifestOf = (onnx: Uint8Array): ModelManifest => ({
  ...about,
  bytes: onnx.length,
  sha256: sha256Of(onnx),
  convertedFrom: { bytes: file.bytes, sha256: file.sha256 },
  input,
  task,
});

const yunetFile = {
  name: 'yunet_n_dynamic.onnx',
  url: 'https://raw.githubusercontent.com/ShiqiYu/libfacedetection.train/0047ac24afb1a50a0c6105001c89d1b5b805dbf1/onnx/yunet_n_dynamic.onnx',
  bytes: 322_906,
  sha256: '104ee26c71d5c270ce79a6b3dced91c91013260d29a6bf18f9296c5b8c4c2b12',
};

const yunetAbout = {
  id: 'yunet',
  name: 'YuNet, anchor-free at three strides',
  version: '1',
  license:
    'Apache-2.0 (ShiqiYu/libfacedetection.train); terms of the training photos are not settled',
  source: 'https://github.com/ShiqiYu/libfacedetection.train (Wu, Peng & Yu 2023, WIDER FACE)',
};

/** A detector that finds faces which the built-in ones miss; the file is used as it is. */
export const yunet: PinnedDownload = {
  ...yunetAbout,
  role: 'detector',
  files: [yunetFile],
  assemble: (contents) =>
    Promise.resolve({
      onnx: contents.get(yunetFile.name)!,
      manifest: {
        ...yunetAbout,
        bytes: yunetFile.bytes,
        sha256: yunetFile.sha256,
        input: {
          name: 'input',
          layout: 'NCHW',
          channels: 'BGR',
          width: 640,
          height: 640,
          multipleOf: 32,
          mean: [0, 0, 0],
          std: [1, 1, 1],
          dynamicBatch: true,
        },
        task: {
          role: 'detector',
          decode: {
            kind: 'stride-heads',
            boxes: 'exponential',
            anchorsPerCell: 1,
            combine: 'geometric-mean',
            heads: [8, 16, 32].map((stride) => ({
              stride,
              scores: `cls_${stride}`,
              objectness: `obj_${stride}`,
              boxes: `bbox_${stride}`,
              points: `kps_${stride}`,
            })),
          },
          scoreThreshold: 0.6,
          nmsIou: 0.3,
        },
      },
    }),
};

const FOLDER =
  'https://raw.githubusercontent.com/DavidCai1111/vgg19-tensorflowjs-model/08d09052bc6258d3abdfa341850122fc4b746db6/model';

interface Layer {
  readonly block: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly sha256: string;
}

/** conv1_1 to conv3_4; each file holds one kernel and, behind it, its bias. */
const layers: readonly Layer[] = [
  [1, 3, 64, 'c68eefa00d6af917fc28b127b756e48597c25cc11144b38fdf8ea65753c197e1'],
  [1, 64, 64, 'a0e2bb4fbef5e0ce3d8e2fbc6f903c713c9893a0aa2e26c687b0b5758c6af079'],
  [2, 64, 128, '71a6dbaa06d7e454db3e56d6d2eb5f2defd8b60cccd5af5fc8a6b773be1c5aa5'],
  [2, 128, 128, 'ab1d44f13a37e4af119cc56c7e9a4f8ab4ba281019cb057737d5e2f47dae2268'],
  [3, 128, 256, 'df21209f6d1a0bfd90a17eb705fbb9b520ece764914a067b0d94cefe99a43318'],
  [3, 256, 256, '3b44315d503e5f24957aef369df5e89a1d54fdcbd78e93c93df560d1ff0ba11d'],
  [3, 256, 256, 'f94ad0c1d2fcb380fe57649a0764a25e7602a436efb8767ce65faf28964f10d0'],
  [3, 256, 256, 'f0dc43a70868cb7edce398eac3422b45fb93333c2e6c274f89adc969c37791ee'],
].map(([block, inputs, outputs, sha256]) => ({ block, inputs, outputs, sha256 }) as Layer);

const WINDOW = 3;
const kernelLength = ({ inputs, outputs }: Layer): number => WINDOW ** 2 * inputs * outputs;

const files = layers.map((layer, index): PinnedFile => {
  const name = `group${index + 1}-shard1of1`;
  const bytes = (kernelLength(layer) + layer.outputs) * Float32Array.BYTES_PER_ELEMENT;
  return { name, url: `${FOLDER}/${name}`, bytes, sha256: layer.sha256 };
});

const vgg19About = {
  id: 'vgg19',
  name: 'VGG-19, conv1_1 to conv3_4',
  version: '1',
  license: 'Weights CC BY 4.0 (Visual Geometry Group, Oxford); their conversion MIT',
  source:
    'https://github.com/DavidCai1111/vgg19-tensorflowjs-model (Simonyan & Zisserman 2014, ImageNet weights of Keras)',
};

const vgg19Input: ModelManifest['input'] = {
  name: 'image',
  layout: 'NCHW',
  channels: 'BGR',
  width: 64,
  height: 64,
  multipleOf: 1,
  mean: [103.939, 116.779, 123.68],
  std: [1, 1, 1],
  dynamicBatch: false,
};

export const vgg19: PinnedDownload = {
  ...vgg19About,
  role: 'style-encoder',
  files,
  assemble: async (contents) => {
    // Only here, so that a start of the host does not load the graph library.
    const [{ writeOnnx }, { buildFeatureNetwork, layersOf }, { denseKernel }] = await Promise.all([
      import('../onnx/write.ts'),
      import('./style-encoders.ts'),
      import('./face-api/layers.ts'),
    ]);
    const blocks = readBlocks(contents, denseKernel);
    const onnx = new Uint8Array(writeOnnx(buildFeatureNetwork(vgg19About.id, blocks)));
    const task: ModelManifest['task'] = {
      role: 'style-encoder',
      trained: true,
      pooling: 'average',
      layers: layersOf(blocks.map((block) => block.map(({ bias }) => bias.data.length))),
    };
    const counted = { bytes: onnx.length, sha256: sha256Of(onnx) };
    return { onnx, manifest: { ...vgg19About, ...counted, input: vgg19Input, task } };
  },
};

type ToOnnxKernel = (kernel: TensorOf<'float32'>) => TensorOf<'float32'>;

function readBlocks(
  contents: ReadonlyMap<string, Uint8Array>,
  toOnnxKernel: ToOnnxKernel,
): readonly Block[] {
  const convolutions = layers.map((layer, index) => {
    // A copy, because the view's offset need not be a multiple of four.
    const { buffer } = Uint8Array.from(contents.get(files[index]!.name)!);
    const kernel = new Float32Array(buffer, 0, kernelLength(layer));
    return {
      block: layer.block,
      kernel: toOnnxKernel(float32([WINDOW, WINDOW, layer.inputs, layer.outputs], kernel)),
      bias: float32([layer.outputs], new Float32Array(buffer, kernel.byteLength)),
    };
  });
  return [1, 2, 3].map((block) =>
    convolutions.filter((convolution) => convolution.block === block),
  );
}

/** Everything that `likeness models fetch` can bring. */
export const knownDownloads: readonly PinnedDownload[] = [yunet, mobileFaceNet, vgg19];

export interface FetchOptions {
  /** A folder, a file, or the URL of either, instead of the pinned address. */
  readonly from?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** A server that says nothing for this many milliseconds has failed; 30 s if absent. */
  readonly idleMs?: number;
}

/**
 * Fetches the files of a download, each verified, and installs the model that they make.
 *
 * @returns bytes that an earlier, cut attempt had brought already
 * @throws LikenessError download_failed, download_corrupt, disk_full, cancelled, file_not_found
 */
export async function fetchModel(
  download: PinnedDownload,
  userModels: string,
  { from, onProgress, ...options }: FetchOptions,
): Promise<number> {
  const total = totalBytes(download);
  const files = new Map<string, Uint8Array>();
  const parts: string[] = [];
  let before = 0;
  let resumedFrom = 0;
  for (const file of download.files) {
    const part = path.join(userModels, 'downloads', download.id, `${file.name}.part`);
    const onBytes = (done: number): void =>
      onProgress?.({ stage: `Fetching ${download.name}`, done: before + done, total });
    const source = await sourceOf(file, from);
    resumedFrom += await transfer(file, source, part, { ...options, onBytes });
    files.set(file.name, await readFile(part));
    parts.push(part);
    before += file.bytes;
  }
  await install(userModels, await download.assemble(files));
  for (const part of parts) await rm(part, { force: true });
  return resumedFrom;
}
