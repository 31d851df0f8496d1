import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs';
import type * as Wasm from '@tensorflow/tfjs-backend-wasm';
import type * as FaceApi from '@vladmandic/face-api/dist/face-api.node-wasm.js';

/** Interleaved RGB bytes, row after row. */
export interface PeerImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface PeerDetection {
  /** Pixels of the image. */
  readonly box: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  readonly score: number;
}

export interface PeerFace extends PeerDetection {
  /** 68 × (x, y) in pixels of the image. */
  readonly landmarks: readonly (readonly [number, number])[];
  /** The 128 values of the encoder. */
  readonly encoding: Float32Array;
}

/** `tiny` takes the side of its square input; `ssd` always has 512. */
export type PeerDetector =
  | { readonly kind: 'tiny'; readonly inputSize: number; readonly scoreThreshold?: number }
  | { readonly kind: 'ssd'; readonly scoreThreshold?: number };

/**
 * @vladmandic/face-api on TensorFlow.js' WebAssembly backend, as its users run it in Node without
 * native code. Loaded with `require`, because only that shares one TensorFlow with the library.
 */
export class FaceApiPeer {
  readonly #faceApi: typeof FaceApi;
  readonly #tf: typeof TensorFlow;

  private constructor(faceApi: typeof FaceApi, tf: typeof TensorFlow) {
    this.#faceApi = faceApi;
    this.#tf = tf;
  }

  /** Starts the backend and loads the four networks from the package. */
  static async load(): Promise<FaceApiPeer> {
    const require = createRequire(import.meta.url);
    const tf = require('@tensorflow/tfjs') as typeof TensorFlow;
    const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof Wasm;
    const faceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as typeof FaceApi;
    wasm.setWasmPaths(
      dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm')) + sep,
    );
    await tf.setBackend('wasm');
    await tf.ready();
    const models = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
    const { tinyFaceDetector, ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet } =
      faceApi.nets;
    for (const net of [tinyFaceDetector, ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet])
      await net.loadFromDisk(models);
    return new FaceApiPeer(faceApi, tf);
  }

  /** The name of the backend that computes: `wasm`. */
  get backend(): string {
    return this.#tf.getBackend();
  }

  /** Detection only. */
  async detect(image: PeerImage, detector: PeerDetector): Promise<readonly PeerDetection[]> {
    return await this.#withImage(image, async (input) => {
      const detections = await this.#faceApi.detectAllFaces(input, this.#options(detector));
      return detections.map(toDetection);
    });
  }

  /** The whole chain: detection, landmarks, crop and encoding of every face. */
  async analyze(image: PeerImage, detector: PeerDetector): Promise<readonly PeerFace[]> {
    return await this.#withImage(image, async (input) => {
      const faces = await this.#faceApi
        .detectAllFaces(input, this.#options(detector))
        .withFaceLandmarks()
        .withFaceDescriptors();
      return faces.map(({ detection, landmarks, descriptor }) => ({
        ...toDetection(detection),
        landmarks: landmarks.positions.map(({ x, y }) => [x, y] as const),
        encoding: descriptor,
      }));
    });
  }

  /** What the small detector's network yields for a square picture: [side / 32, side / 32, 25]. */
  async tinyGrid(image: PeerImage): Promise<Float32Array> {
    return await this.#withImage(image, async (input) => {
      const grid = await this.#faceApi.nets.tinyFaceDetector.forward(input, image.width);
      return this.#read(grid);
    });
  }

  /** What SSD yields for a 512×512 picture: boxes [5118, 4] as y1 x1 y2 x2 (0…1), scores [5118]. */
  async ssdBoxes(image: PeerImage): Promise<{ boxes: Float32Array; scores: Float32Array }> {
    return await this.#withImage(image, async (input) => {
      const { boxes, scores } = await this.#faceApi.nets.ssdMobilenetv1.forward(input);
      return { boxes: await this.#read(boxes[0]!), scores: await this.#read(scores[0]!) };
    });
  }

  /** What the landmark network yields for a 112×112 picture: 68 × (x, y), 0…1. */
  async landmarks(image: PeerImage): Promise<Float32Array> {
    return await this.#withImage(image, async (input) =>
      this.#read(await this.#faceApi.nets.faceLandmark68Net.forward(input)),
    );
  }

  /** What the encoder yields for a 150×150 picture: 128 values. */
  async encoding(image: PeerImage): Promise<Float32Array> {
    return await this.#withImage(image, async (input) =>
      this.#read(await this.#faceApi.nets.faceRecognitionNet.forward(input)),
    );
  }

  #options(
    detector: PeerDetector,
  ): FaceApi.TinyFaceDetectorOptions | FaceApi.SsdMobilenetv1Options {
    const { scoreThreshold = 0.5 } = detector;
    if (detector.kind === 'ssd')
      return new this.#faceApi.SsdMobilenetv1Options({ minConfidence: scoreThreshold });
    const { inputSize } = detector;
    return new this.#faceApi.TinyFaceDetectorOptions({ inputSize, scoreThreshold });
  }

  async #withImage<T>(
    { width, height, data }: PeerImage,
    use: (input: FaceApi.TNetInput) => Promise<T>,
  ): Promise<T> {
    const tensor = this.#tf.tensor3d(data, [height, width, 3], 'int32');
    try {
      // With the types of a browser, TNetInput forgets that it takes tensors.
      return await use(tensor as unknown as FaceApi.TNetInput);
    } finally {
      tensor.dispose();
    }
  }

  async #read(tensor: { data(): Promise<unknown>; dispose(): void }): Promise<Float32Array> {
    const values = (await tensor.data()) as Float32Array;
    tensor.dispose();
    return values;
  }
}

function toDetection({ box, score }: FaceApi.FaceDetection): PeerDetection {
  const { x, y, width, height } = box;
  return { box: { x, y, width, height }, score };
}
