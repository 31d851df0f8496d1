import { GraphBuilder } from '../../native-models/graph/builder.ts';
import type { Graph } from '../../native-models/graph/graph.ts';
import { float32, type Tensor } from '../../native-models/graph/tensor.ts';
import { readOnnx } from '../../native-models/onnx/read.ts';
import { writeOnnx } from '../../native-models/onnx/write.ts';
import { conv } from '../../native-models/ops/convolution.ts';
import { countFlops } from '../../native-models/ops/flops.ts';
import { matmul } from '../../native-models/ops/products.ts';
import { operators } from '../../native-models/ops/registry.ts';
import { Runtime } from '../../native-models/runtime/runtime.ts';
import { interleave, median } from './timing.ts';

/** GFLOP/s at 2 floating-point operations per multiply-accumulate, medians of interleaved runs. */
export interface EncoderPeak {
  readonly matMul: number;
  readonly convolution: number;
  readonly encoder: number;
  /** Encoder ÷ the better of the other two. */
  readonly share: number;
  readonly batch: number;
}

const BATCH = 8;
const ROUNDS = 15;

export interface Workload {
  readonly run: () => Promise<unknown>;
  readonly flops: number;
}

/** Measures on the CPU, with the settings that the product opens its models with. */
export async function measureEncoderPeak(encoderFile: Uint8Array): Promise<EncoderPeak> {
  const runtime = new Runtime({ provider: 'cpu' });
  const { matMul, convolution } = await machineWorkloads(runtime);
  const encoder = await workload(runtime, readOnnx(encoderFile, operators), encoderFile);
  const timed = await interleave(
    { matMul: matMul.run, convolution: convolution.run, encoder: encoder.run },
    ROUNDS,
  );
  const speeds = {
    matMul: gflops(matMul, timed.matMul.times),
    convolution: gflops(convolution, timed.convolution.times),
    encoder: gflops(encoder, timed.encoder.times),
  };
  const share = speeds.encoder / Math.max(speeds.matMul, speeds.convolution);
  return { ...speeds, share, batch: BATCH };
}

/** What shows the speed that the machine can reach in float32: a large product, a deep convolution. */
export async function machineWorkloads(
  runtime: Runtime,
): Promise<Readonly<Record<'matMul' | 'convolution', Workload>>> {
  return {
    matMul: await workload(runtime, matMulGraph(2048)),
    convolution: await workload(runtime, convolutionGraph(256, 64)),
  };
}

export function gflops(
  { flops }: Pick<Workload, 'flops'>,
  milliseconds: readonly number[],
): number {
  return flops / median(milliseconds) / 1e6;
}

async function workload(
  runtime: Runtime,
  graph: Graph,
  bytes = writeOnnx(graph),
): Promise<Workload> {
  const session = await runtime.open({ bytes, name: graph.name });
  const [input] = graph.inputs;
  const shape = input!.shape.map((extent) => (typeof extent === 'number' ? extent : BATCH));
  const symbols = input!.shape.filter((extent) => typeof extent === 'string');
  const feeds = { [input!.name]: noise(shape) };
  return {
    run: () => session.run(feeds),
    flops: countFlops(
      graph,
      operators,
      Object.fromEntries(symbols.map((symbol) => [symbol, BATCH])),
    ),
  };
}

/** size³ multiply-accumulates; the right side is constant, as the weights of a network are. */
function matMulGraph(size: number): Graph {
  const builder = new GraphBuilder('matmul', operators);
  const input = builder.input('input', 'float32', [size, size]);
  const output = matmul(builder, input, builder.constant(noise([size, size])));
  return builder.build({ output });
}

/** 3×3 over `channels` channels in and out, on `side` × `side` pixels. */
function convolutionGraph(channels: number, side: number): Graph {
  const builder = new GraphBuilder('convolution', operators);
  const input = builder.input('input', 'float32', [1, channels, side, side]);
  const weights = builder.constant(noise([channels, channels, 3, 3]));
  return builder.build({ output: conv(builder, input, weights, { pads: [1, 1, 1, 1] }) });
}

/** Values of ordinary size: denormal or infinite ones would slow the arithmetic down. */
function noise(shape: readonly number[]): Tensor {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return float32(
    shape,
    Float32Array.from({ length: count }, (_, index) => ((index * 2654435761) % 1021) / 1021 - 0.5),
  );
}
