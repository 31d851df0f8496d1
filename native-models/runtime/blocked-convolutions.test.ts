import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../foundation/random.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { float32, type TensorOf } from '../graph/tensor.ts';
import { conv } from '../ops/convolution.ts';
import { operators } from '../ops/registry.ts';
import { relu } from '../ops/activations.ts';
import { channelsOfBlock, inBlockedLayout } from './blocked-convolutions.ts';
import { openGraph, withGraph, Runtime } from './runtime.ts';

const runtime = new Runtime({ provider: 'cpu', threads: 1 });
const block = await channelsOfBlock(runtime);
if (block === null) console.warn('Skipped: this runtime has no blocked layout.');

const noise = (name: string, shape: readonly number[]): TensorOf<'float32'> => {
  const random = new RandomStream(3, name);
  const length = shape.reduce((product, extent) => product * extent, 1);
  return float32(
    shape,
    Float32Array.from({ length }, () => random.normal()),
  );
};

/** Two convolutions: with a bias, a stride and a dilation; and from three channels, which fill no block. */
function network(width: number): {
  readonly graph: Graph;
  readonly feeds: Record<string, TensorOf<'float32'>>;
} {
  const builder = new GraphBuilder('network', operators);
  const shapes = {
    image: [2, 3, 11, 9],
    first: [width, 3, 3, 3],
    second: [2 * width, width, 3, 3],
    third: [width, 2 * width, 1, 1],
    bias: [2 * width],
  } as const;
  const input = (name: keyof typeof shapes) => builder.input(name, 'float32', shapes[name]);
  const x = relu(builder, conv(builder, input('image'), input('first'), { pads: [1, 1, 1, 1] }));
  const y = conv(builder, x, input('second'), {
    ...{ bias: input('bias'), pads: [2, 2, 2, 2], strides: [2, 2], dilations: [2, 2] },
  });
  const graph = builder.build({ y, z: conv(builder, y, input('third')) });
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, noise(name, shape)]),
  );
  return { graph, feeds };
}

const domains = (graph: Graph) => graph.nodes.filter(({ op }) => op.includes(':')).length;

describe.skipIf(block === null)('convolutions with computed kernels', () => {
  test('give the same in the blocked layout', async () => {
    const { graph, feeds } = network(block!);
    const blocked = inBlockedLayout(graph, block!);
    // Two of the three, each between two changes of layout; kernels change theirs too.
    expect(domains(blocked)).toBe(8);
    const run = (which: Graph) => withGraph(runtime, which, (session) => session.run(feeds));
    const [plain, changed] = [await run(graph), await run(blocked)];
    for (const name of ['y', 'z']) {
      expect(changed[name]!.shape).toEqual(plain[name]!.shape);
      const [a, b] = [plain[name]!.data as Float32Array, changed[name]!.data as Float32Array];
      const largest = Math.max(...a.map(Math.abs));
      a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-5 * largest));
    }
  });

  test('stay where their channels fill no blocks, and where kernels are constants', () => {
    expect(domains(inBlockedLayout(network(block! / 2).graph, block!))).toBe(0);
    const builder = new GraphBuilder('constant', operators);
    const x = builder.input('x', 'float32', [1, block!, 4, 4]);
    const kernel = builder.constant(noise('kernel', [block!, block!, 3, 3]));
    expect(domains(inBlockedLayout(builder.build({ y: conv(builder, x, kernel) }), block!))).toBe(
      0,
    );
  });
});

test('a graph without them is opened as it is', async () => {
  const builder = new GraphBuilder('plain', operators);
  const x = builder.input('x', 'float32', [1, 3]);
  const session = await openGraph(
    runtime,
    inBlockedLayout(builder.build({ y: relu(builder, x) }), 16),
  );
  const { y } = await session.run({ x: float32([1, 3], [-1, 0, 2]) });
  expect([...(y!.data as Float32Array)]).toEqual([0, 0, 2]);
  await session.dispose();
});
