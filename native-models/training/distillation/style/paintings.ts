import { gradientName } from '../../../autodiff/gradient.ts';
import { RandomStream } from '../../../evaluation/random.ts';
import type { Graph } from '../../../graph/graph.ts';
import { float32 } from '../../../graph/tensor.ts';
import type { RgbImage } from '../../../images/rgb-image.ts';
import { imagesToTensor } from '../../../images/tensor.ts';
import { openInBlockedLayout } from '../../../runtime/blocked-convolutions.ts';
import type { Session } from '../../../runtime/session.ts';
import type { NamedTensors } from '../../../runtime/tensor.ts';
import { addTotalVariation } from '../../../style/losses/total-variation.ts';
import { Adam, adamSettingsFor } from '../../../style/optimisers/adam.ts';
import { VARIATION_WEIGHT } from '../../../style/recipe.ts';
import type { SavedState } from '../../../checkpoint/format.ts';
import { randomCut } from './cuts.ts';
import { CANVAS, paintedLayers, paintingGraph, seenGram, wantedGram } from './painting-graph.ts';
import { shownLayers } from './student.ts';
import type { StyleDistillationTask } from './task.ts';

/** Paintings that are worked on in turns. */
const EASELS = 16;
const STEPS_PER_TURN = 2;
const TURNS = 40;
const ADAM = adamSettingsFor(STEPS_PER_TURN * TURNS);

interface Easel {
  readonly canvas: Float32Array;
  readonly optimiser: Adam;
  /** By layer, of the style picture as the student saw it when the painting was begun. */
  readonly wanted: NamedTensors;
}

interface SavedEasels {
  readonly easels: readonly (Readonly<Record<string, number>> | null)[];
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
    const graph = paintingGraph(student, { input, shape, side: settings.side });
    const session = await openInBlockedLayout(runtime, graph);
    return new Paintings(task, session, saved);
  }

  private constructor(task: StyleDistillationTask, session: Session, saved: SavedState | null) {
    this.#task = task;
    this.#session = session;
    const { easels } = (saved?.content as SavedEasels | undefined) ?? {};
    this.#easels = Array.from({ length: EASELS }, (_, index) =>
      easels?.[index] == null ? null : this.#restored(index, easels[index], saved!.vectors),
    );
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
    const ends = (round + Math.floor((index * TURNS) / EASELS)) % TURNS === 0;
    const present = this.#easels[index];
    const easel =
      present === null || present === undefined || ends
        ? await this.#begin(turn, weights)
        : present;
    this.#easels[index] = easel;
    for (let step = 0; step < STEPS_PER_TURN; step++) await this.#paint(easel, weights);
    const shown = new Float32Array(easel.canvas);
    if (round % 2 === 1) easel.optimiser.result(easel.canvas, shown);
    return imageOf(shown, this.#task.settings.side);
  }

  state(): { readonly content: SavedEasels; readonly vectors: SavedState['vectors'] } {
    const vectors = this.#easels.flatMap((easel, index) =>
      easel === null
        ? []
        : Object.entries(vectorsOf(easel)).map(
            ([name, data]) => [vectorName(index, name), data] as const,
          ),
    );
    const easels = this.#easels.map((easel) => easel?.optimiser.state().scalars ?? null);
    return { content: { easels }, vectors: Object.fromEntries(vectors) };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  async #begin(turn: number, weights: NamedTensors): Promise<Easel> {
    const { training, settings } = this.#task;
    const random = new RandomStream(settings.seed, 'painting', turn);
    const style = valuesOf(randomCut(training, settings.side, random));
    const canvas = valuesOf(randomCut(training, settings.side, random));
    const results = await this.#run(style, this.#nothingWanted(), weights);
    const wanted = paintedLayers(this.#task.shape).map(([layer]) => [
      wantedGram(layer),
      results[seenGram(layer)]!,
    ]);
    const optimiser = Adam.start(canvas.length, ADAM);
    return { canvas, optimiser, wanted: Object.fromEntries(wanted) as NamedTensors };
  }

  async #paint({ canvas, optimiser, wanted }: Easel, weights: NamedTensors): Promise<void> {
    const { side } = this.#task.settings;
    const results = await this.#run(canvas, wanted, weights);
    const gradient = results[gradientName(CANVAS)]!.data as Float32Array;
    addTotalVariation({ width: side, height: side, data: canvas }, VARIATION_WEIGHT, gradient);
    if (gradient.every(Number.isFinite)) optimiser.step(canvas, gradient);
  }

  #run(canvas: Float32Array, wanted: NamedTensors, weights: NamedTensors) {
    const { side } = this.#task.settings;
    return this.#session.run({
      [CANVAS]: float32([1, 3, side, side], canvas),
      ...wanted,
      ...weights,
    });
  }

  #nothingWanted(): NamedTensors {
    return this.#grams((length) => new Float32Array(length));
  }

  #grams(data: (length: number, layer: string) => Float32Array): NamedTensors {
    const { shape } = this.#task;
    const channels = new Map(shownLayers(shape).map((layer) => [layer.output, layer.channels]));
    const entries = paintedLayers(shape).map(([layer]) => {
      const side = channels.get(layer)!;
      return [wantedGram(layer), float32([side, side], data(side ** 2, layer))] as const;
    });
    return Object.fromEntries(entries);
  }

  #restored(
    index: number,
    scalars: Readonly<Record<string, number>>,
    vectors: SavedState['vectors'],
  ): Easel {
    const vector = (name: string) => vectors[vectorName(index, name)]!;
    const moments = { mean: vector('mean'), square: vector('square'), average: vector('average') };
    return {
      canvas: vector(CANVAS),
      optimiser: Adam.resume({ kind: 'adam', scalars, vectors: moments }, ADAM),
      wanted: this.#grams((_, layer) => vector(wantedGram(layer))),
    };
  }
}

const vectorName = (index: number, name: string): string => `easel${index}/${name}`;

const vectorsOf = ({ canvas, optimiser, wanted }: Easel): SavedState['vectors'] => ({
  [CANVAS]: canvas,
  ...optimiser.state().vectors,
  ...Object.fromEntries(
    Object.entries(wanted).map(([name, { data }]) => [name, data as Float32Array]),
  ),
});

const UNIT = { layout: 'NCHW', channels: 'RGB', mean: [0, 0, 0], std: [255, 255, 255] } as const;

/** Plane after plane, from 0 to 1. */
const valuesOf = (image: RgbImage): Float32Array =>
  imagesToTensor([{ image, mirrored: false }], UNIT).data;

function imageOf(values: Float32Array, side: number): RgbImage {
  const area = side ** 2;
  const data = new Uint8Array(3 * area);
  for (let i = 0; i < area; i++)
    for (let plane = 0; plane < 3; plane++)
      data[3 * i + plane] = Math.round(255 * values[plane * area + i]!);
  return { width: side, height: side, data };
}
