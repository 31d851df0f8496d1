import type { ManifestOf, ModelManifest } from '../../../contract/manifest.ts';
import type { Graph } from '../../graph/graph.ts';
import * as ssd from './detectors.ts';
import * as tiny from './detectors.ts';
import * as encoder from './encoder-resnet29.ts';
import * as landmarks from './landmarks-68.ts';
import type { Weights } from './weights.ts';

type EncoderTask = ManifestOf<'encoder'>['task'];

/**
 * Decision constants of the built-in encoder on normalized encodings, mirrored average, dlib chip.
 * `likeness evaluate --all` measures the thresholds: the distances at which the false-match rate is
 * 0.1 % (verification) and 0.01 % (identification).
 */
const ENCODER_CALIBRATION: Pick<EncoderTask, 'thresholds' | 'probability'> = {
  thresholds: { verification: 0.378, identification: 0.338 },
  probability: { midpoint: 0.424, slope: 48.3 },
};

/** A network that is built from weights in the package @vladmandic/face-api. */
export interface FaceApiNetwork {
  /** Name of the weight files. */
  readonly weights: string;
  readonly build: (weights: Weights) => Graph;
  /** All of the manifest that does not depend on the bytes of the file. */
  readonly manifest: Omit<ModelManifest, 'bytes' | 'sha256'>;
}

const SOURCE = 'Weights of the npm package @vladmandic/face-api 1.7.15';
const RAW_PIXELS: Pick<ModelManifest['input'], 'mean' | 'std'> = {
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const IMAGE: Pick<ModelManifest['input'], 'name' | 'layout' | 'channels' | 'dynamicBatch'> = {
  name: 'image',
  layout: 'NCHW',
  channels: 'RGB',
  dynamicBatch: true,
};

export const faceApiNetworks: readonly FaceApiNetwork[] = [
  {
    weights: 'tiny_face_detector_model',
    build: tiny.buildTinyDetector,
    manifest: {
      id: 'detector-tiny',
      name: 'Small face detector (YOLO v2 on separable convolutions)',
      version: '1',
      license: 'MIT',
      source: SOURCE,
      input: { ...IMAGE, ...RAW_PIXELS, width: 416, height: 416, multipleOf: tiny.STRIDE },
      task: {
        role: 'detector',
        decode: {
          kind: 'yolo-grid',
          output: 'grid',
          stride: tiny.STRIDE,
          anchors: tiny.ANCHORS.map(([width, height]) => [width, height]),
        },
        scoreThreshold: 0.5,
        nmsIou: 0.4,
      },
    },
  },
  {
    weights: 'ssd_mobilenetv1_model',
    build: ssd.buildSsdDetector,
    manifest: {
      id: 'detector-ssd',
      name: 'Accurate face detector (SSD on MobileNet v1)',
      version: '1',
      license: 'MIT',
      source: SOURCE,
      input: {
        ...IMAGE,
        width: ssd.SIZE,
        height: ssd.SIZE,
        mean: [127.5, 127.5, 127.5],
        std: [127.5, 127.5, 127.5],
      },
      task: {
        role: 'detector',
        decode: {
          kind: 'boxes-scores',
          boxes: 'boxes',
          scores: 'scores',
          format: 'yxyx',
          units: 'relative',
        },
        scoreThreshold: 0.5,
        nmsIou: 0.5,
      },
    },
  },
  {
    weights: 'face_landmark_68_model',
    build: landmarks.buildLandmarks,
    manifest: {
      id: 'landmarks-68',
      name: '68 facial landmarks',
      version: '1',
      license: 'MIT',
      source: SOURCE,
      input: {
        ...IMAGE,
        width: landmarks.SIZE,
        height: landmarks.SIZE,
        mean: landmarks.MEAN,
        std: [255, 255, 255],
      },
      task: { role: 'landmarks', output: 'landmarks' },
    },
  },
  {
    weights: 'face_recognition_model',
    build: encoder.buildEncoder,
    manifest: {
      id: 'encoder-resnet29',
      name: "Face encoder (dlib's residual network of 29 layers)",
      version: '1',
      license: 'MIT; original weights of dlib: CC0',
      source: `${SOURCE}, converted from dlib_face_recognition_resnet_model_v1`,
      input: { ...IMAGE, ...RAW_PIXELS, width: encoder.SIZE, height: encoder.SIZE },
      task: {
        role: 'encoder',
        output: 'encoding',
        dimension: encoder.DIMENSION,
        alignment: 'dlib-68',
        metric: 'cosine',
        mirror: true,
        ...ENCODER_CALIBRATION,
      },
    },
  },
];
