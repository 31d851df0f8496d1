import { gradientName } from '../../../autodiff/gradient.ts';
import type { SavedState } from '../../../checkpoint/checkpoint.ts';
import { RandomStream } from '../../../../foundation/random.ts';
import type { Graph } from '../../../graph/graph.ts';
import { float32 } from '../../../graph/tensor.ts';
import type { RgbImage } from '../../../images/rgb-image.ts';
import { openInBlockedLayout } from '../../../runtime/blocked-convolutions.ts';
import type { Session, NamedTensors } from '../../../runtime/session.ts';
import { randomCut } from './cuts.ts';
import { Easel, PAINTING_STEPS, type SavedEasel } from './easel.ts';
import { CANVAS, gramShapes, paintingGraph, seenGram, wantedGram } from './painting-graph.ts';
import type { StyleDistillationTask } from './task.ts';

/** Paintings that are worked on in turns. */
const EASELS = 16;
const STEPS_PER_TURN = 2;
const TURNS = PAINTING_STEPS / STEPS_PER_TURN;

interface SavedEasels {
  readonly easels: readonly (SavedEasel['scalars'] | null)[];
}

/**
 * Paintings that the student makes while it learns. Gradient descent on a picture finds what the
 * student overlooks, and no photo shows that: so the student learns from pictures that it is just
 * painting, at every stage of their making, as they are, pixel by pixel. (Ross, Gordon and Bagnell
 * 2011 make the same point of policies that learn from an expert.)
 */
export class Paintings {
  readonly #task: StyleDistillationTask;
  readonly #session: Session;
  readonly #easels: (Easel | null)[];

  static async open(
    task: StyleDistillationTask,
    student: Graph,
    saved: SavedState | null,
  ): Promise<Paintings> {
    const { input, shape, settings, runtime } = task;
    const { graph } = paintingGraph(student, { input, shape, side: settings.side });
    const session = await openInBlockedLayout(runtime, graph);
    return new Paintings(task, session, saved);
  }

  private constructor(task: StyleDistillationTask, session: Session, saved: SavedState | null) {
    this.#task = task;
    this.#session = session;
    const easels = (saved?.content as SavedEasels | undefined)?.easels ?? [];
    this.#easels = Array.from({ length: EASELS }, (_, index) => {
      const scalars = easels[index] ?? null;
      if (scalars === null || saved === null) return null;
      const state = { scalars, vectors: vectorsOf(saved, index) };
      return Easel.restored(task.settings.side, state, gramShapes(task.shape));
    });
  }

  /**
   * The painting whose turn it is, some steps further: every other time the canvas, in between what
   * would be shown as the result.
   *
   * @param turn number of this turn over the whole training.
   * @param weights of the student as it is.
   */
  async next(turn: number, weights: NamedTensors): Promise<RgbImage> {
    const index = turn % EASELS;
    const round = Math.floor(turn / EASELS);
    // They end one after another, not all at once.
    const begins = (round + Math.floor((index * TURNS) / EASELS)) % TURNS === 0;
    const present = begins ? null : this.#easels[index];
    const easel = present ?? (await this.#begin(turn, weights));
    this.#easels[index] = easel;
    for (let step = 0; step < STEPS_PER_TURN; step++) {
      const results = await this.#session.run({ ...easel.feeds, ...weights });
      easel.step(results[gradientName(CANVAS)]!.data as Float32Array);
    }
    return easel.picture(round % 2 === 1);
  }

  state(): { readonly content: SavedEasels; readonly vectors: SavedState['vectors'] } {
    const states = this.#easels.map((easel) => easel?.state() ?? null);
    const vectors = states.flatMap((state, index) =>
      Object.entries(state?.vectors ?? {}).map(
        ([name, data]) => [prefixOf(index) + name, data] as const,
      ),
    );
    return {
      content: { easels: states.map((state) => state?.scalars ?? null) },
      vectors: Object.fromEntries(vectors),
    };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  async #begin(turn: number, weights: NamedTensors): Promise<Easel> {
    const { training, settings } = this.#task;
    const random = new RandomStream(settings.seed, 'painting', turn);
    const style = randomCut(training, settings.side, random);
    const photo = randomCut(training, settings.side, random);
    return Easel.begin(photo, await this.#gramsOf(style, weights));
  }

  /** What the student sees in a picture now, as what is wanted of a painting. */
  async #gramsOf(style: RgbImage, weights: NamedTensors): Promise<NamedTensors> {
    const shapes = gramShapes(this.#task.shape);
    const nothing = Object.entries(shapes).map(([name, shape]) => [
      name,
      float32(shape, new Float32Array(shape[0]! * shape[1]!)),
    ]);
    const easel = Easel.begin(style, Object.fromEntries(nothing) as NamedTensors);
    const results = await this.#session.run({ ...easel.feeds, ...weights });
    const wanted = Object.keys(this.#task.shape.painted).map((layer) => [
      wantedGram(layer),
      results[seenGram(layer)]!,
    ]);
    return Object.fromEntries(wanted) as NamedTensors;
  }
}

const prefixOf = (index: number): string => `easel${index}/`;

function vectorsOf({ vectors }: SavedState, index: number): SavedState['vectors'] {
  const prefix = prefixOf(index);
  return Object.fromEntries(
    Object.entries(vectors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, data]) => [name.slice(prefix.length), data]),
  );
}
