import { gradientName } from '../../autodiff/gradient.ts';
import { inDouble, toDouble } from '../../autodiff/testing/in-double.ts';
import { RandomStream } from '../../../foundation/random.ts';
import { tensor, toNumbers, type Tensor } from '../../graph/tensor.ts';
import { operators } from '../../ops/registry.ts';
import { openGraph, Runtime } from '../../runtime/runtime.ts';
import type { TrainingGraph } from '../training-graph.ts';
import { inProducts } from './in-products.ts';

type Tensors = Readonly<Record<string, Tensor>>;

const DIRECTIONS = 4;
const STEP = 1e-6;

/**
 * The float32 gradient of a training graph by each parameter, along random directions, against
 * central differences of its loss in float64.
 *
 * @returns per parameter the deviation relative to the length of the differences.
 */
export async function checkTrainingGradient(
  { graph, forward }: TrainingGraph,
  parameters: readonly string[],
  feeds: Tensors,
): Promise<ReadonlyMap<string, number>> {
  const runtime = new Runtime({ provider: 'cpu', threads: 1 });
  const session = await openGraph(runtime, graph);
  const gradients = await session.run(feeds);
  await session.dispose();
  const loss = forward.outputs.filter(({ name }) => name === 'loss');
  const precise = await openGraph(
    runtime,
    inDouble(inProducts({ ...forward, outputs: loss }), operators),
  );
  const lossAt = async (at: Tensors) => {
    const doubles = Object.entries(at).map(([name, value]) => [name, toDouble(value)] as const);
    return Number((await precise.run(Object.fromEntries(doubles)))['loss']!.data[0]);
  };
  const deviations = new Map<string, number>();
  for (const name of parameters) {
    const random = new RandomStream(11, name);
    const gradient = toNumbers(gradients[gradientName(name)]!);
    const pairs: [exact: number, difference: number][] = [];
    for (let count = 0; count < DIRECTIONS; count++) {
      const along = gradient.map(() => random.normal());
      const ahead = await lossAt(moved(feeds, name, along, STEP));
      const behind = await lossAt(moved(feeds, name, along, -STEP));
      const exact = gradient.reduce((sum, value, i) => sum + value * along[i]!, 0);
      pairs.push([exact, (ahead - behind) / (2 * STEP)]);
    }
    const error = Math.hypot(...pairs.map(([exact, difference]) => exact - difference));
    deviations.set(name, error / Math.hypot(1e-4, ...pairs.map(([, difference]) => difference)));
  }
  await precise.dispose();
  return deviations;
}

function moved(feeds: Tensors, name: string, along: readonly number[], step: number): Tensors {
  const { shape } = feeds[name]!;
  const values = toNumbers(feeds[name]!).map((value, i) => value + step * along[i]!);
  return { ...feeds, [name]: tensor('float64', shape, Float64Array.from(values)) };
}
