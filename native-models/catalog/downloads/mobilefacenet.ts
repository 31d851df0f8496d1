import { mobileFaceNetCalibration } from '../calibration.ts';
import { sha256Of } from '../hash.ts';
import type { ModelManifest } from '../../../contract/manifest.ts';
import type { PinnedDownload } from './pinned.ts';

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
