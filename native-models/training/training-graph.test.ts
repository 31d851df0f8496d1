import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../foundation/random.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { float32, type Tensor } from '../graph/tensor.ts';
import { operators } from '../ops/registry.ts';
import { compactEncoder } from './encoder-by-triplets/compact-encoder.ts';
import { distillationLoss, driftLoss, pairMasks, tripletLoss, type Mining } from './losses.ts';
import { learnedConstants } from './parameters.ts';
import { checkTrainingGradient } from './testing/check-training-gradient.ts';
import { buildTrainingGraph, type Loss } from './training-graph.ts';

const BATCH = 6;
const SIDE = 8;
/** Two people with two photos, two with one. */
const PEOPLE = [1, 1, 2, 2, 3, 4];

const encoder = compactEncoder({ side: SIDE, channels: [3, 5], dimension: 4, seed: 3 });

type LossOf = (builder: GraphBuilder, outputs: ReadonlyMap<string, Value>) => Loss;

const tripletsBy =
  (mining: Mining): LossOf =>
  (builder, outputs) => {
    const { positive, negative } = pairMasks(PEOPLE);
    const masks = { positive: builder.constant(positive), negative: builder.constant(negative) };
    return tripletLoss(builder, outputs.get('encoding')!, masks, { mining, margin: 0.6 });
  };

const said = float32(
  [BATCH, 4],
  [...PEOPLE.keys()].flatMap((row) => [0, 1, 2, 3].map((k) => (k === row % 4 ? 1 : 0))),
);

const fromTeacher: LossOf = (builder, outputs) =>
  distillationLoss(builder, outputs.get('encoding')!, builder.constant(said), 1);

const heldBack: LossOf = (builder, outputs) => {
  const shares = builder.constant(float32([BATCH, 1], [0.5, 0, 0.25, 0, 0.25, 0]));
  return driftLoss(builder, outputs.get('encoding')!, builder.constant(said), shares);
};

const losses: Readonly<Record<string, LossOf>> = {
  'batch-all triplets': tripletsBy('batch-all'),
  'semi-hard triplets': tripletsBy('semi-hard'),
  'batch-hard triplets': tripletsBy('batch-hard'),
  'a teacher': fromTeacher,
  'what some rows were': heldBack,
};

/** All that is random about a network at work: its picture and its parameters. */
function feedsOf(graph: Graph, model: Graph): Readonly<Record<string, Tensor>> {
  const feeds = graph.inputs.map(({ name, shape }) => {
    const random = new RandomStream(5, name);
    const known = model.constants.get(name);
    const count = (shape as number[]).reduce((product, extent) => product * extent, 1);
    const base = known?.data as Float32Array | undefined;
    const values = Float32Array.from(
      { length: count },
      (_, i) => (base?.[i] ?? 0) + (base === undefined ? 1 : 0.2) * random.normal(),
    );
    return [name, float32(shape as number[], values)] as const;
  });
  return Object.fromEntries(feeds);
}

describe('gradients of whole training graphs agree with central differences', () => {
  it.each(Object.entries(losses))('encoder with batch normalization, %s', async (_, loss) => {
    const parameters = learnedConstants(encoder);
    const plan = buildTrainingGraph({
      model: encoder,
      parameters,
      sizes: { batch: BATCH },
      operators,
      loss,
    });
    expect(plan.statistics).toHaveLength(6);

    const deviations = await checkTrainingGradient(
      plan,
      parameters,
      feedsOf(plan.forward, encoder),
    );

    expect(deviations.size).toBe(parameters.length);
    for (const [name, deviation] of deviations) expect(deviation, name).toBeLessThan(1e-3);
  });
});

describe('a training graph', () => {
  it('keeps the statistics of normalizations that are frozen', () => {
    const parameters = learnedConstants(encoder).filter((name) => !name.startsWith('stage1'));
    const { graph, statistics } = buildTrainingGraph({
      model: encoder,
      parameters,
      sizes: { batch: BATCH },
      operators,
      loss: fromTeacher,
    });

    expect(statistics.map(({ mean }) => mean)).toEqual([
      'stage2.in.mean',
      'stage2.block.1.mean',
      'stage2.block.2.mean',
    ]);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['image', ...parameters]);
  });
});
