import type { Graph } from '../graph/graph.ts';
import { float32, type TensorOf } from '../graph/tensor.ts';
import type { NamedTensors } from '../runtime/session.ts';

/** Where one parameter lies in the vector of all. */
export interface Segment {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly length: number;
  /** Weight decay pulls matrices and kernels, never biases, scales and slopes. */
  readonly decays: boolean;
  /** A step that is small for this parameter; what relative learning rates are multiplied by. */
  readonly scale: number;
}

/** All parameters that are trained, in one vector, so that optimizers need not know of tensors. */
export class Parameters {
  readonly segments: readonly Segment[];
  readonly values: Float32Array;

  /**
   * @param names constants of the graph, float32; their values are copied.
   * @param scales as they were when the training began; worked out anew if absent.
   */
  static of(graph: Graph, names: readonly string[], scales?: readonly number[]): Parameters {
    let start = 0;
    const segments = names.map((name, index) => {
      const { shape, data } = graph.constants.get(name)! as TensorOf<'float32'>;
      const { length } = data;
      const decays = shape.length > 1;
      const scale = scales?.[index] ?? smallStep(shape, data);
      const segment = { name, shape, start, length, decays, scale };
      start += length;
      return segment;
    });
    const parameters = new Parameters(segments, new Float32Array(start));
    for (const { name, start: at } of segments)
      parameters.values.set(graph.constants.get(name)!.data as Float32Array, at);
    return parameters;
  }

  constructor(segments: readonly Segment[], values: Float32Array) {
    this.segments = segments;
    this.values = values;
  }

  /** Views of the vector, under the names of the parameters. */
  tensors(values: Float32Array = this.values): NamedTensors {
    const views = this.segments.map(({ name, shape, start, length }) => [
      name,
      float32(shape, values.subarray(start, start + length)),
    ]);
    return Object.fromEntries(views) as NamedTensors;
  }
}

/**
 * Changes of a kernel that agree add up over everything that flows into an output, so the root mean
 * square of its values is divided by the root of their number (as in Yang et al. 2022).
 */
function smallStep(shape: readonly number[], data: Float32Array): number {
  const rms = Math.hypot(...chunkNorms(data)) / Math.sqrt(data.length);
  if (shape.length < 2) return 0.03 * Math.max(rms, 1e-3);
  const outputs = shape.length === 2 ? shape[1]! : shape[0]!;
  return Math.max(rms, 1e-6) / Math.sqrt(data.length / outputs);
}

/** Lengths of pieces: hypot takes its arguments from the stack, which is small. */
function chunkNorms(data: Float32Array): number[] {
  const norms: number[] = [];
  for (let start = 0; start < data.length; start += 4096)
    norms.push(Math.hypot(...data.subarray(start, start + 4096)));
  return norms;
}

/** Inputs of an operator that carry what is learned. */
const LEARNED: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [1, 2],
  MatMul: [1],
  BatchNormalization: [1, 2],
  PRelu: [1],
};

/** Names of the constants that training may change, in order of computation. */
export function learnedConstants(graph: Graph): readonly string[] {
  const names = graph.nodes.flatMap(({ op, inputs }) =>
    (LEARNED[op] ?? []).flatMap((index) => inputs[index]?.name ?? []),
  );
  return [...new Set(names)].filter((name) => graph.constants.get(name)?.type === 'float32');
}

/**
 * Values on the straight line from those of a graph (share 0) to the given ones (1). Half way keeps
 * most of what was learned and loses less of what was known before (Wortsman et al. 2022).
 */
export function blendValues(graph: Graph, values: NamedTensors, share: number): NamedTensors {
  const blended = Object.entries(values).map(([name, { shape, data }]) => {
    const before = graph.constants.get(name)!.data as Float32Array;
    const after = data as Float32Array;
    return [
      name,
      float32(
        shape,
        after.map((value, i) => before[i]! + share * (value - before[i]!)),
      ),
    ];
  });
  return Object.fromEntries(blended) as NamedTensors;
}

/** The same graph with other values of some constants. */
export function withConstants(graph: Graph, values: NamedTensors): Graph {
  const constants = new Map(
    [...graph.constants].map(([name, before]) => [name, values[name] ?? before]),
  );
  return { ...graph, constants };
}
