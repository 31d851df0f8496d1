import { expect, test } from 'vitest';
import { RandomStream } from '../../../foundation/random.ts';
import type { Graph } from '../../graph/graph.ts';
import { float32 } from '../../graph/tensor.ts';
import { operators } from '../../ops/registry.ts';
import { openGraph, Runtime } from '../../runtime/runtime.ts';
import { learnedConstants } from '../parameters.ts';
import { checkTrainingGradient } from '../testing/check-training-gradient.ts';
import { buildTrainingGraph } from '../training-graph.ts';
import { styleDistillationLoss, targetName } from './paintings.ts';
import { emptyWeights, styleStudent } from './networks.ts';

const SIDE = 12;
const taught = ['relu1_1', 'relu2_1', 'relu3_1'];
const shape = { channels: [[3, 4], [5, 4], [6]], taught, painted: {} };
const student = withNoise(styleStudent('student', emptyWeights(shape)));
const parameters = learnedConstants(student);
const plan = buildTrainingGraph({
  ...{ model: student, parameters, operators, sizes: { height: SIDE, width: SIDE } },
  loss: (builder, outputs) => styleDistillationLoss(builder, outputs, 3),
});

/** Weights at random, about as large as those that keep the size of activations. */
function withNoise(graph: Graph): Graph {
  const constants = [...graph.constants].map(([name, { shape: extents, data }]) => {
    const random = new RandomStream(4, name);
    const inputs = Math.max(1, data.length / extents[0]!);
    const values = Float32Array.from(
      { length: data.length },
      () => random.normal() / Math.sqrt(inputs),
    );
    return [name, float32(extents, values)] as const;
  });
  return { ...graph, constants: new Map(constants) };
}

/** Pictures, targets and somewhat moved parameters. */
const feeds = Object.fromEntries(
  plan.forward.inputs.map(({ name, shape: extents }) => {
    const random = new RandomStream(5, name);
    const known = student.constants.get(name)?.data as Float32Array | undefined;
    const length = (extents as number[]).reduce((product, extent) => product * extent, 1);
    const values = Float32Array.from(
      { length },
      (_, i) => (known?.[i] ?? 0) + (known === undefined ? 1 : 0.2) * random.normal(),
    );
    return [name, float32(extents as number[], values)] as const;
  }),
);

test('the gradient of the whole training graph agrees with central differences', async () => {
  // Five 3×3 convolutions and three maps, each with a bias.
  expect(parameters).toHaveLength(16);
  const deviations = await checkTrainingGradient(plan, parameters, feeds);
  expect(deviations.size).toBe(parameters.length);
  for (const [name, deviation] of deviations) expect(deviation, name).toBeLessThan(1e-3);
});

test('who says what the teacher says has no loss; twice as much has that of its length', async () => {
  const runtime = new Runtime({ provider: 'cpu', threads: 1 });
  const model = await openGraph(runtime, student);
  const image = feeds['image']!;
  const said = await model.run({ image });
  await model.dispose();
  const session = await openGraph(runtime, plan.forward);
  const values = Object.fromEntries(parameters.map((name) => [name, student.constants.get(name)!]));
  const lossAgainst = async (factor: number) => {
    const targets = Object.entries(said).map(([layer, { shape: extents, data }]) => [
      targetName(layer),
      float32(
        extents,
        (data as Float32Array).map((value) => factor * value),
      ),
    ]);
    const { features, gram } = await session.run({
      ...values,
      image,
      ...(Object.fromEntries(targets) as typeof feeds),
    });
    return { features: Number(features!.data[0]), gram: Number(gram!.data[0]) };
  };
  const same = await lossAgainst(1);
  expect(same.features).toBeLessThan(1e-10);
  expect(same.gram).toBeLessThan(1e-10);
  // Gram matrices go with the square: (1 − 1/4)² of their squared length, less for small ones.
  const { features, gram } = await lossAgainst(2);
  const length = Object.values(said).reduce((sum, { shape: extents, data }) => {
    const squares = (data as Float32Array).reduce((total, value) => total + value * value, 0);
    return sum + squares / (extents[2]! * extents[3]!);
  }, 0);
  expect(features).toBeCloseTo(length, 2);
  expect(gram).toBeGreaterThan(1);
  expect(gram).toBeLessThanOrEqual(3 * 0.75 ** 2);
  await session.dispose();
});
