import type { Graph } from '../../graph/graph.ts';
import type { OperatorRegistry } from '../../graph/operator.ts';
import { tensor, toNumbers, type Tensor } from '../../graph/tensor.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { Runtime } from '../../runtime/runtime.ts';
import type { OrtSession } from '../../runtime/session.ts';
import { gradientName, vectorJacobianProduct } from '../gradient.ts';
import { inDouble, toDouble } from './in-double.ts';

type Tensors = Readonly<Record<string, Tensor>>;

const runtime = new Runtime({ provider: 'cpu', threads: 1 });
const DIRECTIONS = 6;

/** How far a gradient is from central differences. */
export interface Deviation {
  readonly variable: string;
  /** ‖g − difference‖ over several directions. */
  readonly error: number;
  /** ‖difference‖ */
  readonly norm: number;
  /** Which arithmetic the differences were taken in. */
  readonly precision: 'float64' | 'float32';
}

/**
 * The float32 gradient of a random linear functional of the outputs, along random directions,
 * against central differences: of the graph in float64 where the runtime has the kernels, else in
 * float32 with steps that are large and extrapolated (Richardson).
 */
export async function checkGradient(
  graph: Graph,
  operators: OperatorRegistry,
  feeds: Tensors,
  uniform: () => number,
): Promise<readonly Deviation[]> {
  const outputs = graph.outputs.filter(({ type }) => type.startsWith('float'));
  const used = new Set(graph.nodes.flatMap(({ inputs }) => inputs.map((input) => input?.name)));
  const variables = graph.inputs
    .filter(({ name, type }) => type === 'float32' && used.has(name))
    .map(({ name }) => name);
  const forward = await openForward(graph, operators);
  const values = await forward.run(feeds);
  const seeds = Object.fromEntries(
    outputs.map(({ name, type }) => [name, randomLike(values[name]!, type, uniform)]),
  );
  const gradients = await gradientsOf(graph, operators, variables, feeds, seeds);
  const objective = async (at: Tensors) => weigh(await forward.run(at), seeds);
  const errors: Deviation[] = [];
  for (const variable of variables) {
    const gradient = toNumbers(gradients[gradientName(variable)]!);
    const pairs: [exact: number, difference: number][] = [];
    for (let direction = 0; direction < DIRECTIONS; direction++) {
      const along = Float64Array.from(gradient, () => 2 * uniform() - 1);
      const slope = (step: number) => centralSlope(objective, feeds, variable, along, step);
      pairs.push([dot(gradient, along), await forward.difference(slope)]);
    }
    errors.push({ variable, precision: forward.precision, ...compare(pairs) });
  }
  await forward.dispose();
  return errors;
}

interface Forward {
  readonly precision: 'float64' | 'float32';
  run(feeds: Tensors): Promise<Tensors>;
  difference(slope: (step: number) => Promise<number>): Promise<number>;
  dispose(): Promise<void>;
}

async function openForward(graph: Graph, operators: OperatorRegistry): Promise<Forward> {
  const double = await open(inDouble(graph, operators)).catch(() => null);
  if (double !== null)
    return {
      precision: 'float64',
      run: (feeds) => double.run(mapTensors(feeds, toDouble)),
      difference: (slope) => slope(1e-6),
      dispose: () => double.dispose(),
    };
  const single = await open(graph);
  return {
    precision: 'float32',
    run: (feeds) => single.run(mapTensors(feeds, toSingle)),
    difference: async (slope) => (4 * (await slope(0.02)) - (await slope(0.04))) / 3,
    dispose: () => single.dispose(),
  };
}

async function gradientsOf(
  graph: Graph,
  operators: OperatorRegistry,
  variables: readonly string[],
  feeds: Tensors,
  seeds: Tensors,
): Promise<Tensors> {
  const outputs = Object.keys(seeds);
  const session = await open(
    vectorJacobianProduct(graph, { outputs, variables, operators, keep: [] }),
  );
  const given = Object.entries(seeds).map(([name, seed]) => [gradientName(name), seed] as const);
  const result = await session.run({ ...feeds, ...Object.fromEntries(given) });
  await session.dispose();
  return result;
}

const open = (graph: Graph): Promise<OrtSession> =>
  runtime.open({ bytes: writeOnnx(graph), name: graph.name });

async function centralSlope(
  objective: (at: Tensors) => Promise<number>,
  feeds: Tensors,
  variable: string,
  along: Float64Array,
  step: number,
): Promise<number> {
  const ahead = await objective(moved(feeds, variable, along, step));
  const behind = await objective(moved(feeds, variable, along, -step));
  return (ahead - behind) / (2 * step);
}

function moved(feeds: Tensors, variable: string, along: Float64Array, step: number): Tensors {
  const { shape } = feeds[variable]!;
  const values = toNumbers(feeds[variable]!).map((value, index) => value + step * along[index]!);
  return { ...feeds, [variable]: tensor('float64', shape, Float64Array.from(values)) };
}

function randomLike(like: Tensor, type: string, uniform: () => number): Tensor {
  const { shape } = like;
  const values = toNumbers(like).map(() => Math.fround(2 * uniform() - 1));
  return type === 'float64'
    ? tensor('float64', shape, Float64Array.from(values))
    : tensor('float32', shape, Float32Array.from(values));
}

function weigh(values: Tensors, seeds: Tensors): number {
  return Object.entries(seeds).reduce(
    (sum, [name, seed]) => sum + dot(toNumbers(values[name]!), toNumbers(seed)),
    0,
  );
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

function compare(pairs: readonly [number, number][]): { error: number; norm: number } {
  return {
    error: Math.hypot(...pairs.map(([exact, difference]) => exact - difference)),
    norm: Math.hypot(...pairs.map(([, difference]) => difference)),
  };
}

function toSingle(value: Tensor): Tensor {
  if (value.type !== 'float64') return value;
  return tensor('float32', value.shape, Float32Array.from(value.data));
}

const mapTensors = (tensors: Tensors, map: (value: Tensor) => Tensor): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, map(value)]));
