import { isDeepStrictEqual } from 'node:util';
import { LikenessError } from '../../contract/errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Evaluation, Objective } from './objective/objective.ts';
import { createOptimizer, resumeOptimizer } from './optimizers/create.ts';
import type { Optimizer, OptimizerKind, OptimizerState } from './optimizers/optimizer.ts';
import {
  blankPicture,
  resample,
  sameSize,
  startPicture,
  type Picture,
  type Size,
} from './picture.ts';
import { PaintingPace, type Level } from './pace.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { keepLuminance } from './color.ts';
import { pacedLevels, planPainting, forecastPainting, type PaintingPlan } from './forecast.ts';
import { openObjective } from './objective/open.ts';
import { sceneAt } from './objective/scene.ts';
import type { PaintingOrder, PaintingStep, Painter } from './painter.ts';

/** A picture on its way at one size of the pyramid, and what the optimizer remembers of it. */
export class Canvas {
  readonly #image: Picture;
  readonly #optimizer: Optimizer;
  readonly #gradient: Float32Array;

  /** Takes the picture over, to be painted on in so many steps. */
  static start(image: Picture, kind: OptimizerKind, steps: number): Canvas {
    return new Canvas(image, createOptimizer(kind, image.data.length, steps));
  }

  /** Goes on from a checkpoint, whose memory it takes over; `steps` are all at its size. */
  static resume({ image, optimizer }: Checkpoint, steps: number): Canvas {
    return new Canvas(image, resumeOptimizer(optimizer, steps));
  }

  private constructor(image: Picture, optimizer: Optimizer) {
    this.#image = image;
    this.#optimizer = optimizer;
    this.#gradient = new Float32Array(image.data.length);
  }

  get size(): Size {
    const { width, height } = this.#image;
    return { width, height };
  }

  /**
   * One step down the objective; its losses are those of the picture before.
   *
   * @throws LikenessError painting_diverged; then the picture is as it was
   */
  async step(objective: Objective, step: number): Promise<Evaluation> {
    const evaluation = await objective.evaluate(this.#image, this.#gradient, step);
    if (!isFinite(evaluation) || !this.#gradient.every(Number.isFinite)) throw diverged(step);
    this.#optimizer.step(this.#image.data, this.#gradient, evaluation.total);
    return evaluation;
  }

  /** What the steps have led to: a new picture. */
  result(): Picture {
    const picture = blankPicture(this.#image);
    this.#optimizer.result(this.#image.data, picture.data);
    return picture;
  }

  /** Live: it changes with the next step. */
  state(): { readonly image: Picture; readonly optimizer: OptimizerState } {
    return { image: this.#image, optimizer: this.#optimizer.state() };
  }

  /** The canvas of the next size, which begins with the result of this one. */
  resized({ size, steps }: Level): Canvas {
    const image = resample(this.result(), size);
    return new Canvas(image, this.#optimizer.resized(this.size, size, steps));
  }
}

const isFinite = ({ total, losses }: Evaluation): boolean =>
  [total, ...Object.values(losses)].every(Number.isFinite);

const diverged = (step: number): LikenessError =>
  new LikenessError(
    'painting_diverged',
    `Step ${step} of the painting came to values that are no numbers. Use a smaller style ` +
      'strength, or another encoder.',
    { details: { step } },
  );

type Losses = Checkpoint['losses'][number];

/** As `Painter.paint` says. */
async function* paintSteps(
  runtime: Runtime,
  order: PaintingOrder,
  checkpoint: Checkpoint | null,
): AsyncGenerator<PaintingStep, Picture, undefined> {
  const plan = planPainting(order);
  const { levels } = plan;
  const pace = new PaintingPace(await pacedLevels(runtime, order, plan));
  const losses: Losses[] = [...(checkpoint?.losses ?? [])];
  let canvas = checkpoint === null ? begin(order, plan) : goOn(order, plan, checkpoint);
  // Of the canvas as it is when they are asked: one that held on to its canvas would keep that of the
  // former size in memory, as long as somebody keeps the step.
  const picture = () => finished(order, canvas);
  for (let level = checkpoint?.level ?? 0; level < levels.length; level++) {
    const { size, steps } = levels[level]!;
    const done = level === checkpoint?.level ? checkpoint.step : 0;
    if (!sameSize(canvas.size, size)) canvas = canvas.resized(levels[level]!);
    if (done === steps) continue;
    const objective = await openObjective(runtime, sceneAt(plan.scene, size));
    try {
      pace.enter(level, done);
      for (let step = done + 1; step <= steps; step++) {
        const evaluation = await canvas.step(objective, pace.next);
        losses.push(evaluation.losses);
        yield {
          ...pace.tick(),
          losses: evaluation.losses,
          picture,
          checkpoint: () => ({ settings: order.settings, level, step, losses, ...canvas.state() }),
        };
      }
    } finally {
      await objective.dispose();
    }
  }
  return picture();
}

function begin(order: PaintingOrder, { levels }: PaintingPlan): Canvas {
  const [{ size, steps }] = levels as [Level];
  const image = startPicture(order.start, order.content, size);
  return Canvas.start(image, order.settings.optimizer, steps);
}

function goOn(order: PaintingOrder, { levels }: PaintingPlan, checkpoint: Checkpoint): Canvas {
  const level = levels[checkpoint.level];
  const same = isDeepStrictEqual(checkpoint.settings, jsonOf(order.settings));
  const fits = level !== undefined && sameSize(level.size, checkpoint.image);
  if (same && fits && checkpoint.step <= level.steps) return Canvas.resume(checkpoint, level.steps);
  throw new LikenessError(
    'checkpoint_incompatible',
    'The saved state of the painting is of other settings or another photo. Start the painting anew.',
  );
}

/** As a file brings it back. */
const jsonOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What the canvas shows, with the colors that were asked for. */
function finished({ content, settings }: PaintingOrder, canvas: Canvas): Picture {
  const painted = canvas.result();
  if (settings.keepColors !== 'luminance') return painted;
  return keepLuminance(resample(content, painted), painted);
}

/** Paints by gradient descent through the order's encoder (Gatys, Ecker, Bethge 2016). */
export const createPainter = (runtime: Runtime): Painter => ({
  forecast: (order) => forecastPainting(runtime, order),
  paint: (order, checkpoint) => paintSteps(runtime, order, checkpoint),
});
