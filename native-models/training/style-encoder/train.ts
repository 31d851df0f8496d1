import { createHash } from 'node:crypto';
import type { Graph } from '../../graph/graph.ts';
import { withGraph, openGraph } from '../../runtime/runtime.ts';
import type { NamedTensors, Session } from '../../runtime/session.ts';
import { middleCut, targetName, randomCut, Paintings, styleDistillationLoss } from './paintings.ts';
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
import { writeState, throwIfStopped, basisOf, readState, digestOfGraph } from '../task.ts';
import {
  digestOf,
  refuseOtherBasis,
  type Basis,
  type SavedState,
} from '../../checkpoint/checkpoint.ts';
import { withConstants, learnedConstants } from '../parameters.ts';
import { Trainer } from '../trainer.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { float32 } from '../../graph/tensor.ts';
import { operators } from '../../ops/registry.ts';
import { buildTrainingGraph } from '../training-graph.ts';
import { reduceTeacher, takeUp, type Reduced } from './reduction.ts';

/** Compares the student with the teacher on the middles of the pictures for validation. */
async function agreementOf(
  task: StyleDistillationTask,
  teacher: Session,
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

export const DIRECTIONS = 'directions/';
const SECONDS_BETWEEN_CHECKPOINTS = 60;

interface StyleRunParts {
  readonly task: StyleDistillationTask;
  readonly start: Graph;
  readonly trainer: Trainer;
  readonly teacher: Session;
  readonly directions: Directions;
  readonly paintings: Paintings;
  readonly fingerprint: string;
  readonly basis: Basis;
}

/** Beside what the trainer keeps. */
interface SavedRun {
  readonly fingerprint: string;
  readonly basis: Basis;
  readonly curve: readonly StylePoint[];
  readonly sum: number;
}

/** Gradient descent from what is left of the teacher, or from a checkpoint, to its end. */
class StyleRun {
  readonly #parts: StyleRunParts;
  #curve: StylePoint[] = [];
  /** Of the losses since the last point. */
  #sum = 0;
  #savedAt = performance.now();

  constructor(parts: StyleRunParts) {
    this.#parts = parts;
  }

  async toTheEnd(saved: SavedState | null): Promise<readonly StylePoint[]> {
    const { task, trainer } = this.#parts;
    const { steps, every } = task.settings;
    if (saved !== null) this.#restore(saved);
    else await this.#addPoint(null);
    const began = { at: performance.now(), step: trainer.steps };
    while (trainer.steps < steps) {
      throwIfStopped(task);
      const { loss } = await trainer.step(await this.#batches(trainer.steps));
      this.#sum += loss;
      const done = trainer.steps;
      const perStep = (performance.now() - began.at) / (done - began.step) / 1000;
      task.report({ step: done, steps, loss, secondsLeft: perStep * (steps - done) });
      if (done % every === 0 || done === steps)
        await this.#addPoint(this.#sum / (done - this.#curve.at(-1)!.step));
      else if (performance.now() - this.#savedAt > SECONDS_BETWEEN_CHECKPOINTS * 1000)
        await this.#save();
    }
    return this.#curve;
  }

  /** Everything random follows from the seed and the step; only paintings need to be saved. */
  async #batches(step: number): Promise<NamedTensors[]> {
    const { task, teacher } = this.#parts;
    const batches: NamedTensors[] = [];
    for await (const cut of this.#cuts(step)) {
      const said = await teacher.run(feedOf(task.teacher.manifest, cut));
      batches.push({ ...feedOf(task, cut), ...said });
    }
    return batches;
  }

  async *#cuts(step: number): AsyncGenerator<RgbImage> {
    const { task, trainer, paintings } = this.#parts;
    const { seed, batch, side, paintings: painted } = task.settings;
    for (let serial = step * batch; serial < (step + 1) * batch - painted; serial++)
      yield randomCut(task.training, side, new RandomStream(seed, 'cut', serial));
    if (painted === 0) return;
    const weights = trainer.result();
    for (let turn = step * painted; turn < (step + 1) * painted; turn++)
      yield paintings.next(turn, weights);
  }

  async #addPoint(loss: number | null): Promise<void> {
    const { task, teacher, start, trainer } = this.#parts;
    const graph = withConstants(start, trainer.result());
    const layers = await agreementOf(task, teacher, graph);
    this.#curve.push({ step: trainer.steps, loss, layers });
    this.#sum = 0;
    await this.#save();
  }

  #restore({ content }: SavedState): void {
    const { curve, sum } = content as SavedRun;
    this.#curve = [...curve];
    this.#sum = sum;
  }

  async #save(): Promise<void> {
    const { task, trainer, directions, paintings, fingerprint, basis } = this.#parts;
    const { content, vectors } = trainer.state();
    const painted = paintings.state();
    const run: SavedRun = { fingerprint, basis, curve: this.#curve, sum: this.#sum };
    const kept = Object.entries(directions).map(
      ([layer, { data }]) => [DIRECTIONS + layer, data] as const,
    );
    await writeState(task.checkpoint, {
      content: { ...(content as object), ...painted.content, ...run },
      vectors: { ...vectors, ...painted.vectors, ...Object.fromEntries(kept) },
    });
    this.#savedAt = performance.now();
  }
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
