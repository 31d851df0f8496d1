import { createHash } from 'node:crypto';
import { LikenessError } from '../../../../contract/errors.ts';
import { RandomStream } from '../../../../foundation/random.ts';
import type { Graph } from '../../../graph/graph.ts';
import { float32 } from '../../../graph/tensor.ts';
import { operators } from '../../../ops/registry.ts';
import { openGraph } from '../../../runtime/runtime.ts';
import {
  digestOf,
  refuseOtherBasis,
  type Basis,
  type SavedState,
} from '../../../checkpoint/checkpoint.ts';
import { basisOf, readState } from '../../checkpoint/file.ts';
import { learnedConstants, withConstants } from '../../parameters.ts';
import { Trainer } from '../../trainer.ts';
import { buildTrainingGraph } from '../../training-graph.ts';
import { randomCut } from './cuts.ts';
import { DIRECTIONS, StyleRun } from './run.ts';
import { styleDistillationLoss, targetName } from './loss.ts';
import { Paintings } from './paintings.ts';
import { reduceTeacher, takeUp, type Reduced } from './reduce.ts';
import {
  emptyWeights,
  shownLayers,
  styleStudent,
  taughtLayers,
  weightsOf,
  type StudentShape,
} from './student.ts';
import { digestOfGraph, throwIfStopped } from '../../task.ts';
import type { StyleDistillationTask, StylePoint } from './task.ts';
import { teacherGraph, type Directions, type StyleTeacher } from './teacher.ts';

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
export async function distilStyle(task: StyleDistillationTask): Promise<DistilledStyle> {
  const { runtime, settings, shape, name } = task;
  refuseTooFew(task);
  refuseUnfitTeacher(task.teacher, shape);
  const fingerprint = fingerprintOf(task);
  const basis = basisOfStyle(task);
  const saved = await readState(task.checkpoint);
  if (saved !== null) refuseOtherBasis('training', basisOf(saved), basis);
  const { weights, directions } =
    saved === null
      ? await beginWith(task)
      : { weights: emptyWeights(shape), directions: savedDirections(saved, task) };
  const shown = shownLayers(shape).map(({ output }) => output);
  const start = styleStudent(name, weights, shown);
  const names = learnedConstants(start);
  const { side, gramWeight, peak, warmUp, steps } = settings;
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
  const trainerSettings = { ...settings.trainer, schedule };
  const teacher = await openGraph(
    runtime,
    teacherGraph(task.teacher, directions, side, targetName),
  );
  const paintings = await Paintings.open(task, start, saved);
  const trainer = await Trainer.start(
    runtime,
    start,
    plan,
    names,
    trainerSettings,
    saved ?? undefined,
  );
  try {
    const run = new StyleRun({
      ...{ task, start, trainer, teacher, directions, paintings, fingerprint, basis },
    });
    const curve = await run.toTheEnd(saved);
    return {
      graph: withConstants(start, trainer.result()),
      curve,
      parameters: names.reduce((sum, each) => sum + start.constants.get(each)!.data.length, 0),
    };
  } finally {
    await trainer.dispose();
    await paintings.dispose();
    await teacher.dispose();
  }
}

async function beginWith(task: StyleDistillationTask): Promise<Reduced> {
  const { runtime, teacher, shape, input, settings, training } = task;
  const cuts = Array.from({ length: CUTS_TO_BEGIN_WITH }, (_, index) =>
    randomCut(training, settings.side, new RandomStream(settings.seed, 'begin', index)),
  );
  const reduction = { runtime, teacher, shape, input, cuts, between: () => throwIfStopped(task) };
  if (task.from === null) return reduceTeacher(reduction);
  const weights = weightsOf(task.from, shape);
  if (weights !== null) return takeUp(reduction, weights);
  throw new LikenessError(
    'training_impossible',
    `${task.from.name} is no student of this shape. Begin with one that "train style-encoder" made.`,
    { details: { from: task.from.name } },
  );
}

function savedDirections(
  { content, vectors }: SavedState,
  task: StyleDistillationTask,
): Directions {
  const { fingerprint } = content as { readonly fingerprint?: string };
  if (fingerprint !== fingerprintOf(task))
    throw new LikenessError(
      'checkpoint_incompatible',
      'The saved state belongs to a training with other pictures or settings. Give the same ones, ' +
        'or another --work folder.',
    );
  return Object.fromEntries(
    taughtLayers(task.shape).map(({ output, channels }) => {
      const data = vectors[DIRECTIONS + output]!;
      return [output, float32([channels, data.length / channels, 1, 1], data)];
    }),
  );
}

/** Of all that a checkpoint must agree with; pictures count by their number and sizes. */
function fingerprintOf({
  training,
  validation,
  settings,
  shape,
  input,
  teacher,
  from,
}: StyleDistillationTask) {
  const sizes = [...training, ...validation].map(({ width, height }) => [width, height]);
  const content = {
    ...{ sizes, settings, shape, input, from: from?.name ?? null },
    teacher: teacher.manifest.sha256,
  };
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
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
