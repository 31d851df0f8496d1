import type { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { add, multiply } from '../../ops/arithmetic.ts';
import { operators } from '../../ops/registry.ts';
import { driftLoss, number, tripletLoss, type Mining, type TripletOptions } from '../losses.ts';
import { buildTrainingGraph, type Loss, type TrainingGraph } from '../training-graph.ts';
import { accuracyAt, bestThreshold } from '../../evaluation/rates.ts';
import { distance } from '../../evaluation/paired.ts';
import { sortDistances, type Comparisons } from '../../evaluation/pairs.ts';
import { RandomStream } from '../../../foundation/random.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { throughBadCamera, type AugmentationSettings } from '../augmentation.ts';
import { encodeExamples, EYES_APART, faceSide, type EncoderInput, type Example } from '../chips.ts';
import { compareEncodings, separationOf, type Separation } from '../validation.ts';
import type { Camera, BatchShape } from './views.ts';
import type { TrainerSettings } from '../trainer.ts';
import type { EncoderTask } from '../encoder-task.ts';

/** `curriculum`: a third of the steps each, from the easiest to the hardest. */
type MiningPlan = Mining | 'curriculum';

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

interface TripletGraphOptions extends TripletOptions {
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

export interface Measured extends Separation {
  /** Share of right answers at the best threshold, both kinds of pair weighing the same. */
  readonly accuracy: number;
}

export interface MeasuredEncoder {
  /** Every photo against every other. */
  readonly clean: Measured | null;
  /** Photos of the bad camera against all other clean photos; null for a good camera. */
  readonly probes: Measured | null;
  /** What `clean` was worked out from. */
  readonly comparisons: Comparisons | null;
}

/** How well an encoder tells people apart. The bad camera's photos are the same for every encoder. */
export async function measureEncoder(
  runtime: Runtime,
  model: { readonly graph: Graph; readonly input: EncoderInput },
  examples: readonly Example[],
  { camera, seed }: { readonly camera: Camera; readonly seed: number },
): Promise<MeasuredEncoder> {
  const encode = (of: readonly Example[]) => encodeExamples(runtime, model.graph, model.input, of);
  const people = examples.map(({ person }) => person!);
  const clean = await encode(examples);
  const comparisons = compareEncodings(clean, people);
  if (comparisons === null) return { clean: null, probes: null, comparisons };
  const measured = { clean: summary(comparisons), comparisons };
  if (camera === 'good') return { ...measured, probes: null };
  const probes = await encode(examples.map((example, index) => degraded(example, seed, index)));
  return { ...measured, probes: summary(compareAcross(clean, probes, people)) };
}

const degraded = (example: Example, seed: number, index: number): Example => ({
  ...example,
  read: async () => {
    const wide = await example.read();
    const eyes = EYES_APART * faceSide(wide);
    return throughBadCamera(wide, eyes, new RandomStream(seed, 'camera', index));
  },
});

/** Every probe against every enrollment but that of the same photo. */
function compareAcross(
  enrolled: readonly Float32Array[],
  probes: readonly Float32Array[],
  people: readonly string[],
): Comparisons {
  const [mated, nonMated]: [number[], number[]] = [[], []];
  probes.forEach((probe, i) =>
    enrolled.forEach((enrollment, j) => {
      if (i !== j) (people[i] === people[j] ? mated : nonMated).push(distance(probe, enrollment));
    }),
  );
  return {
    mated: sortDistances(Float32Array.from(mated)),
    nonMated: sortDistances(Float32Array.from(nonMated)),
  };
}

function summary(comparisons: Comparisons): Measured {
  const accuracy = accuracyAt(comparisons, bestThreshold(comparisons));
  return { ...separationOf(comparisons), accuracy };
}

export interface TripletSettings {
  readonly seed: number;
  /** Each as many steps as it takes to see as many views as there are photos. */
  readonly epochs: number;
  readonly shape: BatchShape;
  readonly mining: MiningPlan;
  readonly margin: number;
  /** How strongly encodings of clean views are held to what the network said of the photo before. */
  readonly pull: number;
  /** Constants whose names begin so keep their values. */
  readonly freeze: readonly string[];
  /** Views of each photo where the lowest layers are frozen. */
  readonly views: number;
  /** Where the result lies between the weights before (0) and after training (1). */
  readonly blend: number;
  readonly camera: Camera;
  readonly augmentation: AugmentationSettings;
  readonly peak: number;
  readonly warmUp: number;
  /** Epochs without a better validation after which the training ends. */
  readonly patience: number;
  readonly trainer: Omit<TrainerSettings, 'schedule'>;
}

/** Examples that train have labels; what the trunk says of them lies beside the checkpoint. */
export type TripletTask = EncoderTask<TripletSettings, TripletProgress>;

export type TripletProgress =
  | { readonly stage: 'views'; readonly done: number; readonly total: number }
  | {
      readonly stage: 'descent';
      readonly step: number;
      readonly steps: number;
      readonly epoch: number;
      readonly loss: number;
      readonly active: number;
      readonly secondsLeft: number;
    };

export interface TripletEpoch {
  /** 0: before any step. */
  readonly epoch: number;
  readonly mining: string | null;
  /** Means over the epoch; null before any step. */
  readonly loss: number | null;
  /** Share of the triplets considered that are above zero. */
  readonly active: number | null;
  readonly validation: Measured | null;
  readonly probes: Measured | null;
}

export interface TripletResult {
  readonly graph: Graph;
  readonly curve: readonly TripletEpoch[];
  /** The epoch whose weights these are. */
  readonly best: number;
  readonly parameters: number;
  readonly trained: number;
  /** People whose only photo serves as a negative. */
  readonly negativesOnly: number;
}
