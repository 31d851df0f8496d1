import { float32, type TensorOf } from '../../graph/tensor.ts';
import type { Block } from '../style-encoders/feature-network.ts';
import { sha256Of } from '../hash.ts';
import type { ModelManifest } from '../../../contract/manifest.ts';
import type { PinnedDownload, PinnedFile } from './pinned.ts';

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

const about = {
  id: 'vgg19',
  name: 'VGG-19, conv1_1 to conv3_4',
  version: '1',
  license: 'Weights CC BY 4.0 (Visual Geometry Group, Oxford); their conversion MIT',
  source:
    'https://github.com/DavidCai1111/vgg19-tensorflowjs-model (Simonyan & Zisserman 2014, ImageNet weights of Keras)',
};

const input: ModelManifest['input'] = {
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
  ...about,
  role: 'style-encoder',
  files,
  assemble: async (contents) => {
    // Only here, so that a start of the host does not load the graph library.
    const [{ writeOnnx }, { buildFeatureNetwork, layersOf }, { denseKernel }] = await Promise.all([
      import('../../onnx/write.ts'),
      import('../style-encoders/feature-network.ts'),
      import('../face-api/layers.ts'),
    ]);
    const blocks = readBlocks(contents, denseKernel);
    const onnx = new Uint8Array(writeOnnx(buildFeatureNetwork(about.id, blocks)));
    const task: ModelManifest['task'] = {
      role: 'style-encoder',
      trained: true,
      pooling: 'average',
      layers: layersOf(blocks.map((block) => block.map(({ bias }) => bias.data.length))),
    };
    const counted = { bytes: onnx.length, sha256: sha256Of(onnx) };
    return { onnx, manifest: { ...about, ...counted, input, task } };
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
