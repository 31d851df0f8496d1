import type { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { add, multiply } from '../../ops/arithmetic.ts';
import { operators } from '../../ops/registry.ts';
import { driftLoss } from '../losses/drift.ts';
import { number } from '../losses/rows.ts';
import { tripletLoss, type Mining, type TripletOptions } from '../losses/triplet.ts';
import { buildTrainingGraph, type Loss, type TrainingGraph } from '../training-graph.ts';

/** `curriculum`: a third of the steps each, from the easiest to the hardest. */
export type MiningPlan = Mining | 'curriculum';

const CURRICULUM = ['batch-all', 'semi-hard', 'batch-hard'] as const;

/** @param step of `steps`, the first is 0. */
export function miningAt(plan: MiningPlan, step: number, steps: number): Mining {
  if (plan !== 'curriculum') return plan;
  const third = Math.floor((3 * step) / Math.max(1, steps));
  return CURRICULUM[Math.min(2, third)]!;
}

/** Names of the inputs beside the network's own. */
export const INPUTS = {
  positive: 'positive',
  negative: 'negative',
  target: 'target',
  share: 'share',
} as const;

export interface TripletGraphOptions extends TripletOptions {
  readonly batch: number;
  /** How strongly encodings with a share are held to given ones; 0 for not at all. */
  readonly pull: number;
}

/**
 * The network, triplet loss, and where encodings must not wander off 1 − cos(encoding, target) as
 * well, for those that have a share in it. Watched: `active`, the share of triplets above zero.
 */
export function tripletGraph(
  model: Graph,
  parameters: readonly string[],
  options: TripletGraphOptions,
): TrainingGraph {
  const { name } = model.outputs[0]!;
  return buildTrainingGraph({
    model,
    parameters,
    sizes: { batch: options.batch },
    operators,
    loss: (builder, outputs) => lossOf(builder, outputs.get(name)!, options),
  });
}

function lossOf(builder: GraphBuilder, encodings: Value, options: TripletGraphOptions): Loss {
  const { batch, pull } = options;
  const mask = (name: string) => builder.input(name, 'float32', [batch, batch]);
  const masks = { positive: mask(INPUTS.positive), negative: mask(INPUTS.negative) };
  const triplets = tripletLoss(builder, encodings, masks, options);
  if (pull === 0) return triplets;
  const length = encodings.shape[1] as number;
  const target = builder.input(INPUTS.target, 'float32', [batch, length]);
  const share = builder.input(INPUTS.share, 'float32', [batch, 1]);
  const drift = driftLoss(builder, encodings, target, share);
  const weighted = multiply(builder, drift.loss, number(builder, pull));
  return {
    loss: add(builder, triplets.loss, weighted),
    watched: { ...triplets.watched, ...drift.watched },
  };
}
