import { RandomStream } from '../../../../foundation/random.ts';
import type { Graph } from '../../../graph/graph.ts';
import type { RgbImage } from '../../../images/rgb-image.ts';
import type { Session, NamedTensors } from '../../../runtime/session.ts';
import { writeState } from '../../checkpoint/file.ts';
import type { Basis, SavedState } from '../../../checkpoint/checkpoint.ts';
import { withConstants } from '../../parameters.ts';
import type { Trainer } from '../../trainer.ts';
import { agreementOf } from './agreement.ts';
import { randomCut } from './cuts.ts';
import type { Paintings } from './paintings.ts';
import { throwIfStopped } from '../../task.ts';
import type { StyleDistillationTask, StylePoint } from './task.ts';
import { feedOf, type Directions } from './teacher.ts';

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
export class StyleRun {
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
