import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { float32 } from '../../graph/tensor.ts';
import { conv } from '../../ops/convolution.ts';
import { flatten, transpose } from '../../ops/shapes.ts';
import { globalAveragePool } from '../../ops/pooling.ts';
import { operators } from '../../ops/registry.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { sha256Of } from '../../../foundation/hash.ts';
import type { ModelManifest } from '../../../contract/manifest.ts';

/** Real ONNX files of a few hundred bytes, and manifests that fit them. */

export const TINY_SIZE = 16;
const DIMENSION = 8;

/** [batch, 3, 16, 16] to [batch, 8]: a 3×3 convolution and the mean. */
export function tinyEncoder(batch: number | string = 'batch', seed = 1): Uint8Array {
  const builder = new GraphBuilder('tiny', operators);
  const image = builder.input('image', 'float32', [batch, 3, TINY_SIZE, TINY_SIZE]);
  const encoding = flatten(
    builder,
    globalAveragePool(builder, tinyConv(builder, image, DIMENSION, seed)),
  );
  return onnx(builder.build({ encoding }));
}

/** A YOLO grid [batch, 2, 2, anchors · 5] of 16×16 pictures. */
export function tinyDetector(anchors = 1): Uint8Array {
  const builder = new GraphBuilder('tiny-detector', operators);
  const image = builder.input('image', 'float32', ['batch', 3, TINY_SIZE, TINY_SIZE]);
  const kernel = builder.constant(ramp([anchors * 5, 3, 8, 8], 1));
  const grid = transpose(builder, conv(builder, image, kernel, { strides: [8, 8] }), [0, 2, 3, 1]);
  return onnx(builder.build({ grid }));
}

/** [batch, 8, 16, 16] where an encoding was promised. */
export function tinyWithoutPooling(): Uint8Array {
  const builder = new GraphBuilder('tiny', operators);
  const image = builder.input('image', 'float32', ['batch', 3, TINY_SIZE, TINY_SIZE]);
  const encoding = tinyConv(builder, image, DIMENSION, 1);
  return onnx(builder.build({ encoding }));
}

/** A copy: the writer's buffer may be part of a shared pool, whose slices alias it. */
const onnx = (graph: Graph): Uint8Array => new Uint8Array(writeOnnx(graph));

function tinyConv(builder: GraphBuilder, x: Value, channels: number, seed: number): Value {
  return conv(builder, x, builder.constant(ramp([channels, 3, 3, 3], seed)));
}

function ramp(shape: readonly number[], seed: number) {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return float32(
    shape,
    Float32Array.from({ length: count }, (_, i) => Math.sin(i + seed)),
  );
}

const about = { version: '1', license: 'MIT', source: 'made for a test' };
const input: ModelManifest['input'] = {
  name: 'image',
  layout: 'NCHW',
  channels: 'RGB',
  width: TINY_SIZE,
  height: TINY_SIZE,
  mean: [0, 0, 0],
  std: [255, 255, 255],
  dynamicBatch: true,
};

export function encoderManifest(id: string, onnx: Uint8Array): ModelManifest {
  return {
    id,
    name: id,
    ...about,
    input,
    bytes: onnx.length,
    sha256: sha256Of(onnx),
    task: {
      role: 'encoder',
      output: 'encoding',
      dimension: DIMENSION,
      alignment: 'arcface-5',
      metric: 'cosine',
      mirror: true,
      thresholds: { verification: 1, identification: 0.9 },
      probability: { midpoint: 1, slope: 10 },
    },
  };
}

export function detectorManifest(id: string, onnx: Uint8Array): ModelManifest {
  return {
    id,
    name: id,
    ...about,
    input,
    bytes: onnx.length,
    sha256: sha256Of(onnx),
    task: {
      role: 'detector',
      decode: { kind: 'yolo-grid', output: 'grid', stride: 8, anchors: [[1, 1]] },
      scoreThreshold: 0.5,
      nmsIou: 0.4,
    },
  };
}
