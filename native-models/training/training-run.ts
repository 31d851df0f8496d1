import { LikenessError } from '../../contract/errors.ts';
import { writeWhole } from '../../foundation/files/output-file.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import {
  decodeState,
  encodeState,
  refuseOtherBasis,
  type Basis,
  type SavedState,
  type StateKind,
} from '../checkpoint/checkpoint.ts';
import { float32 } from '../graph/tensor.ts';
import type { NamedTensors } from '../runtime/session.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Trainer } from './trainer.ts';

/** What every training is given. */
export interface TrainingTask<Settings, Progress> {
  readonly runtime: Runtime;
  readonly settings: Settings;
  /** Kept up to date; a run that finds it goes on from there. */
  readonly checkpoint: string;
  readonly signal?: AbortSignal;
  readonly report: (progress: Progress) => void;
}

/** Where a run stands after a step. */
export interface StepProgress {
  /** Steps done, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Points of the curve so far; where a point is measured once an epoch, the epoch, from 1. */
  readonly epoch: number;
  /** Of the step. */
  readonly loss: number;
  readonly watched: Readonly<Record<string, number>>;
  readonly secondsLeft: number;
}

/** Means over the steps since the last point of the curve. */
export interface Means {
  readonly loss: number;
  readonly watched: Readonly<Record<string, number>>;
}

/** What one training knows, and no other. Everything random in it follows from a seed and the step. */
export interface TrainingAlgorithm<Point> {
  /** In all. */
  readonly steps: number;
  /** A point of the curve is measured before the first step, every so many steps, and after the last. */
  readonly every: number;
  /** Ends early where so many points in a row brought no better score; absent: never. */
  readonly patience?: number;
  /** The trainer that makes step `step`, with what an earlier one remembered. */
  readonly open: (step: number, saved: SavedState | undefined) => Promise<Trainer>;
  /** Whether step `step` needs another graph than the one before; what is remembered goes on. */
  readonly reopens?: (step: number) => boolean;
  /** The inputs of a step, one entry per micro-batch. `weights` gives the present ones. */
  readonly feeds: (step: number, weights: () => NamedTensors) => Promise<readonly NamedTensors[]>;
  /** `means` is null before the first step. */
  readonly measure: (values: NamedTensors, means: Means | null, step: number) => Promise<Point>;
  /** The smaller the better; undefined where nothing can be said. Absent: the last values are taken. */
  readonly score?: (point: Point) => number | undefined;
  /** What of the algorithm's own must survive a stop, under names that trainers do not use. */
  readonly state?: () => SavedState;
  readonly report: (progress: StepProgress) => void;
}

export interface TrainingOutcome<Point> {
  /** Of the best point, or of the last step where nothing is scored. */
  readonly values: NamedTensors;
  readonly curve: readonly Point[];
  /** Index into the curve. */
  readonly best: number;
}

interface Best {
  readonly index: number;
  readonly score: number;
  readonly values: NamedTensors;
}

/** Beside what the trainer and the algorithm keep. */
interface SavedRun<Point> {
  readonly basis?: Basis;
  readonly curve: readonly Point[];
  readonly best: { readonly index: number; readonly score: number } | null;
  readonly sums: Sums;
}

interface Sums {
  readonly count: number;
  readonly loss: number;
  readonly watched: Readonly<Record<string, number>>;
}

const trainingState: StateKind = { magic: 'LIKETRN\n', version: 2, work: 'training' };
const NONE: Sums = { count: 0, loss: 0, watched: {} };
const BEST = 'best/';
const SECONDS_BETWEEN_CHECKPOINTS = 60;

/**
 * One training from its first step, or from a checkpoint, to its end: owns the loop, the checkpoint,
 * the check that a checkpoint belongs to these photos and settings, stop, time left, curve and best
 * values. A run that is stopped and taken up again comes to the same weights as one that never was.
 *
 * ```ts
 * const run = await TrainingRun.open(task, encoderBasis(task));
 * const { values, curve } = await run.finish({ steps, every, open, feeds, measure, report });
 * ```
 */
export class TrainingRun<Point> {
  /** What an earlier run left; null where this one is the first. */
  readonly saved: SavedState | null;
  readonly #task: Pick<TrainingTask<unknown, never>, 'checkpoint' | 'signal'>;
  readonly #basis: Basis;
  #curve: Point[] = [];
  #best: Best | null = null;
  #sums: Sums = NONE;
  #savedAt = performance.now();

  private constructor(
    task: Pick<TrainingTask<unknown, never>, 'checkpoint' | 'signal'>,
    basis: Basis,
    saved: SavedState | null,
  ) {
    this.#task = task;
    this.#basis = basis;
    this.saved = saved;
  }

  /**
   * Reads the checkpoint, before anything is computed.
   *
   * @param basis digests of what the training is made from, by the words that a person knows them by
   * @throws LikenessError checkpoint_incompatible where it was made from something else, with what
   *   changed in `details.changed`; checkpoint_corrupt
   */
  static async open<Point>(
    task: Pick<TrainingTask<unknown, never>, 'checkpoint' | 'signal'>,
    basis: Basis,
  ): Promise<TrainingRun<Point>> {
    const saved = await readState(task.checkpoint);
    if (saved !== null)
      refuseOtherBasis('training', (saved.content as SavedRun<Point>).basis, basis);
    return new TrainingRun<Point>(task, basis, saved);
  }

  /** @throws LikenessError training_diverged, cancelled; the checkpoint stays. */
  async finish(algorithm: TrainingAlgorithm<Point>): Promise<TrainingOutcome<Point>> {
    const { steps, every } = algorithm;
    this.#restore();
    let trainer = await algorithm.open(this.#stepsSaved, this.saved ?? undefined);
    try {
      if (this.#curve.length === 0) await this.#addPoint(algorithm, trainer, null);
      const began = { at: performance.now(), step: trainer.steps };
      while (trainer.steps < steps && !this.#isStale(algorithm)) {
        throwIfStopped(this.#task);
        if (trainer.steps > 0 && algorithm.reopens?.(trainer.steps) === true) {
          const [step, state] = [trainer.steps, trainer.state()];
          await trainer.dispose();
          trainer = await algorithm.open(step, state);
        }
        const current = trainer;
        const feeds = await algorithm.feeds(current.steps, () => current.result());
        const { loss, watched } = await current.step(feeds);
        this.#sums = added(this.#sums, loss, watched);
        const done = current.steps;
        const perStep = (performance.now() - began.at) / (done - began.step) / 1000;
        const secondsLeft = perStep * (steps - done);
        algorithm.report({
          step: done,
          steps,
          epoch: this.#curve.length,
          loss,
          watched,
          secondsLeft,
        });
        if (done % every === 0 || done === steps)
          await this.#addPoint(algorithm, current, meansOf(this.#sums));
        else if (performance.now() - this.#savedAt > SECONDS_BETWEEN_CHECKPOINTS * 1000)
          await this.#save(algorithm, current);
      }
      return {
        values: this.#best?.values ?? copied(trainer.result()),
        curve: this.#curve,
        best: this.#best?.index ?? this.#curve.length - 1,
      };
    } finally {
      await trainer.dispose();
    }
  }

  get #stepsSaved(): number {
    return (this.saved?.content as { readonly steps?: number } | undefined)?.steps ?? 0;
  }

  #isStale({ patience = Infinity }: TrainingAlgorithm<Point>): boolean {
    return this.#best !== null && this.#curve.length - 1 - this.#best.index >= patience;
  }

  async #addPoint(
    algorithm: TrainingAlgorithm<Point>,
    trainer: Trainer,
    means: Means | null,
  ): Promise<void> {
    const values = trainer.result();
    const point = await algorithm.measure(values, means, trainer.steps);
    this.#curve.push(point);
    const score = algorithm.score?.(point);
    if (score !== undefined && score < (this.#best?.score ?? Infinity))
      this.#best = { index: this.#curve.length - 1, score, values: copied(values) };
    this.#sums = NONE;
    await this.#save(algorithm, trainer);
  }

  #restore(): void {
    if (this.saved === null) return;
    const { curve, best, sums } = this.saved.content as SavedRun<Point>;
    this.#curve = [...curve];
    this.#sums = sums;
    this.#best = best && { ...best, values: bestValues(this.saved) };
  }

  async #save(algorithm: TrainingAlgorithm<Point>, trainer: Trainer): Promise<void> {
    const [own, theirs] = [trainer.state(), algorithm.state?.()];
    const best = this.#best;
    const run: SavedRun<Point> = {
      basis: this.#basis,
      curve: this.#curve,
      best: best && { index: best.index, score: best.score },
      sums: this.#sums,
    };
    const shapes: Record<string, readonly number[]> = {};
    const vectors: Record<string, Float32Array> = { ...own.vectors, ...theirs?.vectors };
    for (const [name, { shape, data }] of Object.entries(best?.values ?? {})) {
      shapes[name] = shape;
      vectors[BEST + name] = data as Float32Array;
    }
    const content = {
      ...(own.content as object),
      ...(theirs?.content as object | undefined),
      ...run,
      shapes,
    };
    await writeState(this.#task.checkpoint, { content, vectors });
    this.#savedAt = performance.now();
  }
}

/** The former state stays where writing fails. @throws as `writeWhole` */
export const writeState = (file: string, state: SavedState): Promise<void> =>
  writeWhole(file, encodeState(trainingState, state));

/** null where there is no such file. @throws as `decodeState` */
export async function readState(file: string): Promise<SavedState | null> {
  try {
    return decodeState(trainingState, await readRegularFile(file, 'state'));
  } catch (thrown) {
    if (thrown instanceof LikenessError && thrown.code === 'file_not_found') return null;
    throw thrown;
  }
}

function bestValues({ content, vectors }: SavedState): NamedTensors {
  const { shapes } = content as { readonly shapes: Readonly<Record<string, readonly number[]>> };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, float32(shape, vectors[BEST + name]!)]),
  );
}

const added = (sums: Sums, loss: number, watched: Readonly<Record<string, number>>): Sums => ({
  count: sums.count + 1,
  loss: sums.loss + loss,
  watched: Object.fromEntries(
    Object.entries(watched).map(([name, value]) => [name, (sums.watched[name] ?? 0) + value]),
  ),
});

const meansOf = ({ count, loss, watched }: Sums): Means => ({
  loss: loss / count,
  watched: Object.fromEntries(Object.entries(watched).map(([name, sum]) => [name, sum / count])),
});

/** Values of a trainer are views of what it goes on changing. */
const copied = (values: NamedTensors): NamedTensors =>
  Object.fromEntries(
    Object.entries(values).map(([name, { shape, data }]) => [
      name,
      float32(shape, Float32Array.from(data as Float32Array)),
    ]),
  );

/** @throws LikenessError cancelled, once the user has asked for it. */
export function throwIfStopped({ signal }: { readonly signal?: AbortSignal }): void {
  if (signal?.aborted === true)
    throw new LikenessError('cancelled', 'Stopped. The same command goes on from the checkpoint.');
}
