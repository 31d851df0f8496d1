import { augment, type AugmentationSettings } from '../augmentation.ts';
import { encoderBasis, type EncoderTask } from '../encoder-task.ts';
import { TrainingRun, throwIfStopped } from '../training-run.ts';
import { Trainer, type TrainerSettings } from '../trainer.ts';
import { compareEncodings, separationOf, type Separation } from '../validation.ts';
import { RandomStream } from '../../../foundation/random.ts';
import type { Graph } from '../../graph/graph.ts';
import { float32 } from '../../graph/tensor.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import { chipsToTensor, shuffled, encodeExamples, outputsOf } from '../chips.ts';
import { withConstants, learnedConstants } from '../parameters.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { operators } from '../../ops/registry.ts';
import { slice } from '../../ops/shapes.ts';
import { featureExtractor, featuresOnly, projected, withHead } from './student.ts';
import { distillationLoss } from '../losses.ts';
import { buildTrainingGraph, type TrainingGraph } from '../training-graph.ts';
import { principalDirections, RidgeRegression } from '../linear-fits.ts';

export interface DistillationSettings {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Batches whose gradients are added up before a step. */
  readonly microBatches: number;
  /** Constants whose names begin so keep their values. */
  readonly freeze: readonly string[];
  readonly relationWeight: number;
  readonly ridgePenalty: number;
  readonly peak: number;
  readonly warmUp: number;
  readonly trainer: Omit<TrainerSettings, 'schedule'>;
  readonly augmentation: AugmentationSettings;
}

type DistillationTask = EncoderTask<DistillationSettings, DistillationProgress>;

export type DistillationProgress =
  | { readonly stage: 'features'; readonly done: number; readonly total: number }
  | ({ readonly stage: 'descent' } & DescentProgress);

interface DescentProgress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
  readonly cosine: number;
  readonly secondsLeft: number;
}

interface EpochReport {
  readonly epoch: number;
  /** Means over the epoch; null for the ridge solution before any step. */
  readonly loss: number | null;
  readonly cosine: number | null;
  readonly validation: Separation | null;
}

const stepsPerEpoch = ({ batch, microBatches }: DistillationSettings, examples: number): number =>
  Math.max(1, Math.floor(examples / (batch * microBatches)));

export interface Distilled {
  readonly graph: Graph;
  readonly curve: readonly EpochReport[];
  readonly parameters: number;
  readonly trained: number;
}

/**
 * Teaches a student what a teacher says of faces (Hinton et al. 2015, for encodings): first its
 * last layer alone, by ridge regression, then all that is not frozen, by gradient descent. What comes
 * out is brought to the length of the student's own encodings.
 *
 * @throws LikenessError training_impossible, training_diverged, cancelled; the checkpoint stays.
 */
export async function distill(task: DistillationTask): Promise<Distilled> {
  const { training, settings } = task;
  if (training.length < settings.batch)
    throw new LikenessError(
      'training_impossible',
      `There are ${training.length} faces to learn from; at least ${settings.batch} are needed.`,
      { details: { faces: training.length, needed: settings.batch } },
    );
  const run = await TrainingRun.open<EpochReport>(task, encoderBasis(task));
  const start = run.saved === null ? await solveHead(task) : studentOf(task);
  // What reads the former encoding keeps it: the loss does not look there.
  const former = task.encoder.nodes.at(-1)?.inputs[1]?.name;
  const names = learnedConstants(start).filter(
    (name) => name !== former && !settings.freeze.some((prefix) => name.startsWith(prefix)),
  );
  const plan = trainingGraph(start, names, settings, training[0]!.target.length);
  const perEpoch = stepsPerEpoch(settings, training.length);
  const batches = new PhotoBatches(task, perEpoch);
  const { values, curve } = await run.finish({
    steps: settings.epochs * perEpoch,
    every: perEpoch,
    open: (_, saved) =>
      Trainer.start(task.runtime, start, plan, names, trainerSettings(task), saved),
    feeds: (step) => batches.at(step),
    measure: async (weights, means, step) => ({
      epoch: step / perEpoch,
      loss: means && means.loss,
      cosine: means && means.watched['cosine']!,
      validation: await validated(task, withConstants(start, weights)),
    }),
    report: ({ watched, ...progress }) => {
      task.report({ stage: 'descent', ...progress, cosine: watched['cosine']! });
    },
  });
  const graph = await shortened(task, withConstants(start, values));
  const counted = (which: readonly string[]) =>
    which.reduce((sum, name) => sum + start.constants.get(name)!.data.length, 0);
  return {
    graph,
    curve,
    parameters: counted(learnedConstants(start)),
    trained: counted(names),
  };
}

/** What the student is fed, and what the teacher says of it. */
class PhotoBatches {
  readonly #task: DistillationTask;
  readonly #perEpoch: number;
  #order: { readonly epoch: number; readonly picks: Uint32Array } | null = null;

  constructor(task: DistillationTask, perEpoch: number) {
    this.#task = task;
    this.#perEpoch = perEpoch;
  }

  async at(step: number): Promise<NamedTensors[]> {
    const { settings } = this.#task;
    const order = this.#orderOf(Math.floor(step / this.#perEpoch));
    const size = settings.batch * settings.microBatches;
    const first = (step % this.#perEpoch) * size;
    const batches: NamedTensors[] = [];
    for (let start = first; start < first + size; start += settings.batch)
      batches.push(
        await this.#batch(
          order.subarray(start, start + settings.batch),
          step * size + start - first,
        ),
      );
    return batches;
  }

  async #batch(picks: Uint32Array, serial: number): Promise<NamedTensors> {
    const { training, input, settings } = this.#task;
    const examples = [...picks].map((pick) => training[pick]!);
    const chips = await Promise.all(
      examples.map(async (example, index) =>
        augment(
          await example.read(),
          input.side,
          settings.augmentation,
          new RandomStream(settings.seed, 'augment', serial + index),
        ),
      ),
    );
    const length = examples[0]!.target.length;
    const teacher = new Float32Array(examples.length * length);
    examples.forEach(({ target }, index) => teacher.set(target, index * length));
    return {
      [input.name]: chipsToTensor(chips, input),
      teacher: float32([examples.length, length], teacher),
    };
  }

  #orderOf(epoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) {
      const { training, settings } = this.#task;
      this.#order = { epoch, picks: shuffled(training.length, settings.seed, epoch) };
    }
    return this.#order.picks;
  }
}

async function validated(task: DistillationTask, graph: Graph): Promise<Separation | null> {
  const { runtime, input, validation } = task;
  const encodings = await encodeExamples(runtime, graph, input, validation);
  const comparisons = compareEncodings(
    encodings,
    validation.map(({ person }) => person!),
  );
  return comparisons === null ? null : separationOf(comparisons);
}

/**
 * As long as the encodings that the student began with: what it learned and what it knew overlap, so
 * that half of the directions hold nearly all of both.
 */
async function shortened(task: DistillationTask, student: Graph): Promise<Graph> {
  const { runtime, encoder, input, training } = task;
  const encodings = await encodeExamples(runtime, student, input, training);
  const length = encoder.outputs[0]!.shape[1] as number;
  return projected(student, principalDirections(encodings, length), operators);
}

function trainerSettings({ settings, training }: DistillationTask): TrainerSettings {
  const { peak, warmUp } = settings;
  const steps = settings.epochs * stepsPerEpoch(settings, training.length);
  return { ...settings.trainer, schedule: { peak, warmUp, steps, floor: 0.01 } };
}

/** The student with a last layer of zeros, to be filled from a checkpoint. */
function studentOf({ encoder, training }: DistillationTask): Graph {
  const extractor = featureExtractor(encoder, operators);
  const [features, targets] = [
    extractor.outputs[0]!.shape[1] as number,
    training[0]!.target.length,
  ];
  const zeros = (...shape: number[]) =>
    float32(shape, new Float32Array(shape.reduce((product, extent) => product * extent, 1)));
  return withHead(extractor, zeros(features, targets), zeros(targets), operators);
}

/** The student with the last layer that fits best while all others are as they were. */
async function solveHead(task: DistillationTask): Promise<Graph> {
  const { runtime, encoder, input, training, settings } = task;
  const extractor = featureExtractor(encoder, operators);
  const features = extractor.outputs[0]!.shape[1] as number;
  const ridge = new RidgeRegression(runtime, features, training[0]!.target.length);
  let done = 0;
  for await (const { example, views } of outputsOf(
    runtime,
    featuresOnly(extractor),
    input,
    training,
  )) {
    throwIfStopped(task);
    task.report({ stage: 'features', done: ++done, total: training.length });
    for (const view of views) ridge.add(view, example.target);
  }
  const { weight, bias } = await ridge.solve({ penalty: settings.ridgePenalty });
  return withHead(extractor, weight, bias, operators);
}

function trainingGraph(
  model: Graph,
  parameters: readonly string[],
  { batch, relationWeight }: DistillationSettings,
  length: number,
): TrainingGraph {
  const output = model.outputs[0]!.name;
  return buildTrainingGraph({
    model,
    parameters,
    sizes: { batch },
    operators,
    loss: (builder, outputs) => {
      const teacher = builder.input('teacher', 'float32', [batch, length]);
      // The rest of the encoding is the former one, which nobody teaches.
      const learned = slice(builder, outputs.get(output)!, [{ axis: 1, start: 0, end: length }]);
      return distillationLoss(builder, learned, teacher, relationWeight);
    },
  });
}
