import type { Graph } from '../../graph/graph.ts';
import { withGraph, openGraph } from '../../runtime/runtime.ts';
import type { NamedTensors, OrtSession } from '../../runtime/session.ts';
import {
  middleCut,
  targetName,
  randomCut,
  TrainingPaintings,
  styleDistillationLoss,
} from './paintings.ts';
import type { LayerAgreement, StyleDistillationTask, StylePoint } from './task.ts';
import {
  feedOf,
  emptyWeights,
  shownLayers,
  styleStudent,
  taughtLayers,
  weightsOf,
  teacherGraph,
  type Directions,
  type StudentShape,
  type StyleTeacher,
} from './networks.ts';
import { RandomStream } from '../../../foundation/random.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import { digestOfGraph } from '../encoder-task.ts';
import { TrainingRun, throwIfStopped } from '../training-run.ts';
import { digestOf, type Basis, type SavedState } from '../../checkpoint/checkpoint.ts';
import { withConstants, learnedConstants } from '../parameters.ts';
import { Trainer } from '../trainer.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { float32 } from '../../graph/tensor.ts';
import { operators } from '../../ops/registry.ts';
import { buildTrainingGraph } from '../training-graph.ts';
import { reduceTeacher, restoreReduction, type Reduced } from './reduction.ts';

/** Compares the student with the teacher on the middles of the pictures for validation. */
async function agreementOf(
  task: StyleDistillationTask,
  teacher: OrtSession,
  student: Graph,
): Promise<readonly LayerAgreement[]> {
  const { runtime, validation, settings, shape } = task;
  const sums = new Map(shape.taught.map((layer) => [layer, new Deviation()]));
  await withGraph(runtime, student, async (session) => {
    for (const picture of validation) {
      const cut = middleCut(picture, settings.side);
      const wanted = await teacher.run(feedOf(task.teacher.manifest, cut));
      const said = await session.run(feedOf(task, cut));
      for (const [layer, deviation] of sums)
        deviation.add(said[layer]!, wanted[targetName(layer)]!);
    }
  });
  return [...sums].map(([layer, deviation]) => ({ layer, ...deviation.result() }));
}

class Deviation {
  #apart = 0;
  #energy = 0;
  #gram = 0;
  #count = 0;

  add(said: NamedTensors[string], wanted: NamedTensors[string]): void {
    const [a, b] = [said.data as Float32Array, wanted.data as Float32Array];
    for (let i = 0; i < a.length; i++) {
      this.#apart += (a[i]! - b[i]!) ** 2;
      this.#energy += b[i]! ** 2;
    }
    const channels = wanted.shape[1] as number;
    this.#gram += relativeDistance(gramOf(a, channels), gramOf(b, channels));
    this.#count++;
  }

  result(): Omit<LayerAgreement, 'layer'> {
    return { features: this.#apart / this.#energy, gram: this.#gram / this.#count };
  }
}

export function relativeDistance(a: Float64Array, b: Float64Array): number {
  let [apart, energy] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    apart += (a[i]! - b[i]!) ** 2;
    energy += b[i]! ** 2;
  }
  return energy > 0 ? apart / energy : 0;
}

/** Σ over positions of F Fᵀ, for activations [1, C, H, W]; the lower half stands for both. */
export function gramOf(data: Float32Array, channels: number): Float64Array {
  const area = data.length / channels;
  const gram = new Float64Array(channels * channels);
  for (let row = 0; row < channels; row++)
    for (let column = 0; column <= row; column++) {
      const [x, y] = [row * area, column * area];
      let sum = 0;
      for (let i = 0; i < area; i++) sum += data[x + i]! * data[y + i]!;
      gram[row * channels + column] = sum * (row === column ? 1 : Math.SQRT2);
    }
  return gram;
}

const DIRECTIONS = 'directions/';

/** Cuts of photos and of paintings, with what the teacher says of them. */
async function feedsOf(
  {
    task,
    teacher,
    paintings,
  }: { task: StyleDistillationTask; teacher: OrtSession; paintings: TrainingPaintings },
  step: number,
  weights: () => NamedTensors,
): Promise<NamedTensors[]> {
  const { seed, batch, side, paintings: painted } = task.settings;
  const batches: NamedTensors[] = [];
  const add = async (cut: RgbImage): Promise<void> => {
    const said = await teacher.run(feedOf(task.teacher.manifest, cut));
    batches.push({ ...feedOf(task, cut), ...said });
  };
  for (let serial = step * batch; serial < (step + 1) * batch - painted; serial++)
    await add(randomCut(task.training, side, new RandomStream(seed, 'cut', serial)));
  const present = painted === 0 ? {} : weights();
  for (let turn = step * painted; turn < (step + 1) * painted; turn++)
    await add(await paintings.next(turn, present));
  return batches;
}

export interface DistilledStyle {
  readonly graph: Graph;
  readonly curve: readonly StylePoint[];
  readonly parameters: number;
}

/** Cuts by which channels are chosen and directions found. */
const CUTS_TO_BEGIN_WITH = 240;

/**
 * Teaches a small network what a style encoder says of pictures: its activations at several depths in
 * their strongest directions, and their Gram matrices. It begins as the teacher with most of its
 * channels taken out, and learns by gradient descent.
 *
 * @throws LikenessError training_impossible, training_diverged, checkpoint_incompatible, cancelled;
 *   the checkpoint stays.
 */
export async function distillStyle(task: StyleDistillationTask): Promise<DistilledStyle> {
  const { runtime, settings, shape, name } = task;
  refuseTooFew(task);
  refuseUnfitTeacher(task.teacher, shape);
  const run = await TrainingRun.open<StylePoint>(task, basisOfStyle(task));
  const { weights, directions } =
    run.saved === null
      ? await beginWith(task)
      : { weights: emptyWeights(shape), directions: savedDirections(run.saved, task) };
  const shown = shownLayers(shape).map(({ output }) => output);
  const start = styleStudent(name, weights, shown);
  const names = learnedConstants(start);
  const { side, gramWeight, peak, warmUp, steps, every } = settings;
  const plan = buildTrainingGraph({
    model: start,
    parameters: names,
    sizes: { height: side, width: side },
    loss: (builder, outputs) =>
      styleDistillationLoss(
        builder,
        new Map(shape.taught.map((layer) => [layer, outputs.get(layer)!])),
        gramWeight,
      ),
    operators,
  });
  const schedule = { peak, warmUp, steps, floor: 0.01 };
  await using opened = new AsyncDisposableStack();
  const graph = teacherGraph(task.teacher, directions, side, targetName);
  const teacher = opened.adopt(await openGraph(runtime, graph), (session) => session.dispose());
  const paintings = opened.adopt(await TrainingPaintings.open(task, start, run.saved), (all) =>
    all.dispose(),
  );
  const { values, curve } = await run.finish({
    steps,
    every,
    open: (_, saved) =>
      Trainer.start(runtime, start, plan, names, { ...settings.trainer, schedule }, saved),
    feeds: (step, present) => feedsOf({ task, teacher, paintings }, step, present),
    measure: async (present, means, step) => ({
      step,
      loss: means && means.loss,
      layers: await agreementOf(task, teacher, withConstants(start, present)),
    }),
    state: () => {
      const { content, vectors } = paintings.state();
      const kept = Object.entries(directions).map(
        ([layer, { data }]) => [DIRECTIONS + layer, data] as const,
      );
      return { content, vectors: { ...vectors, ...Object.fromEntries(kept) } };
    },
    report: ({ step, loss, secondsLeft }) => {
      task.report({ step, steps, loss, secondsLeft });
    },
  });
  return {
    graph: withConstants(start, values),
    curve,
    parameters: names.reduce((sum, each) => sum + start.constants.get(each)!.data.length, 0),
  };
}

async function beginWith(task: StyleDistillationTask): Promise<Reduced> {
  const { runtime, teacher, shape, input, settings, training } = task;
  const cuts = Array.from({ length: CUTS_TO_BEGIN_WITH }, (_, index) =>
    randomCut(training, settings.side, new RandomStream(settings.seed, 'begin', index)),
  );
  const reduction = { runtime, teacher, shape, input, cuts, between: () => throwIfStopped(task) };
  if (task.from === null) return reduceTeacher(reduction);
  const weights = weightsOf(task.from, shape);
  if (weights !== null) return restoreReduction(reduction, weights);
  throw new LikenessError(
    'training_impossible',
    `${task.from.name} is no student of this shape. Begin with one that "train style-encoder" made.`,
    { details: { from: task.from.name } },
  );
}

function savedDirections({ vectors }: SavedState, task: StyleDistillationTask): Directions {
  return Object.fromEntries(
    taughtLayers(task.shape).map(({ output, channels }) => {
      const data = vectors[DIRECTIONS + output]!;
      return [output, float32([channels, data.length / channels, 1, 1], data)];
    }),
  );
}

const basisOfStyle = (task: StyleDistillationTask): Basis => ({
  pictures: digestOf(
    ...[task.training, task.validation].flatMap((part) =>
      part.flatMap(({ width, height, data }) => [{ width, height }, data]),
    ),
  ),
  settings: digestOf([task.settings, task.shape, task.input]),
  'the teacher': digestOfGraph(task.teacher.graph),
  'the model that it begins with': task.from === null ? '' : digestOfGraph(task.from),
});

function refuseTooFew({ training, validation }: StyleDistillationTask): void {
  if (training.length > 0 && validation.length > 0) return;
  throw new LikenessError(
    'training_impossible',
    `There are ${training.length} pictures to learn from and ${validation.length} to validate ` +
      'with; both need at least one. Give more pictures.',
    { details: { training: training.length, validation: validation.length } },
  );
}

/** @throws LikenessError training_impossible where the teacher lacks what students are taught. */
export function refuseUnfitTeacher({ manifest }: StyleTeacher, shape: StudentShape): void {
  const unknown = taughtLayers(shape).find(({ output, channels, stride }) => {
    const layer = manifest.task.layers.find((each) => each.output === output);
    return layer === undefined || layer.stride !== stride || layer.channels < channels;
  });
  if (unknown === undefined) return;
  throw new LikenessError(
    'training_impossible',
    `${manifest.id} cannot teach: it has no layer ${unknown.output} of stride ` +
      `${unknown.stride} with ${unknown.channels} channels or more. Take vgg19.`,
    { details: { teacher: manifest.id, layer: unknown.output } },
  );
}
