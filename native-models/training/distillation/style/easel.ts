import { float32 } from '../../../graph/tensor.ts';
import { imagesToTensor, type RgbImage } from '../../../images/rgb-image.ts';
import type { NamedTensors } from '../../../runtime/session.ts';
import { addTotalVariation } from '../../../style/losses.ts';
import { Adam, adamSettingsFor } from '../../../style/optimizers/adam.ts';
import { VARIATION_WEIGHT } from '../../../style/painter.ts';
import { CANVAS } from './painting-graph.ts';

/** Steps of a painting from its beginning to its end. */
export const PAINTING_STEPS = 80;

const ADAM = adamSettingsFor(PAINTING_STEPS);

export interface SavedEasel {
  readonly scalars: Readonly<Record<string, number>>;
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** A small square painting in the making, by the steps of those that are made for users. */
export class Easel {
  readonly #side: number;
  readonly #canvas: Float32Array;
  readonly #optimizer: Adam;
  readonly #wanted: NamedTensors;

  /** @param wanted Gram matrices of the style, under the names that the graph has for them. */
  static begin(photo: RgbImage, wanted: NamedTensors): Easel {
    const canvas = planesOf(photo);
    return new Easel(photo.width, canvas, Adam.start(canvas.length, ADAM), wanted);
  }

  /** @param shapes of the Gram matrices, by name. */
  static restored(
    side: number,
    { scalars, vectors: { [CANVAS]: canvas, ...vectors } }: SavedEasel,
    shapes: Readonly<Record<string, readonly number[]>>,
  ): Easel {
    const optimizer = Adam.resume({ kind: 'adam', scalars, vectors }, ADAM);
    const wanted = Object.entries(shapes).map(([name, shape]) => [
      name,
      float32(shape, vectors[name]!),
    ]);
    return new Easel(side, canvas!, optimizer, Object.fromEntries(wanted) as NamedTensors);
  }

  private constructor(side: number, canvas: Float32Array, optimizer: Adam, wanted: NamedTensors) {
    this.#side = side;
    this.#canvas = canvas;
    this.#optimizer = optimizer;
    this.#wanted = wanted;
  }

  /** What the painting graph reads. */
  get feeds(): NamedTensors {
    return { [CANVAS]: float32([1, 3, this.#side, this.#side], this.#canvas), ...this.#wanted };
  }

  /**
   * One step; none where the gradient is no number, as may be while a student has hardly learned.
   *
   * @param gradient by the canvas, of the style loss times the number of pixels; changed in place.
   */
  step(gradient: Float32Array): void {
    const picture = { width: this.#side, height: this.#side, data: this.#canvas };
    addTotalVariation(picture, VARIATION_WEIGHT, gradient);
    if (gradient.every(Number.isFinite)) this.#optimizer.step(this.#canvas, gradient);
  }

  /** @param finished what would be shown if it ended here; else the canvas as it is. */
  picture(finished: boolean): RgbImage {
    const shown = Float32Array.from(this.#canvas);
    if (finished) this.#optimizer.result(this.#canvas, shown);
    return imageOf(shown, this.#side);
  }

  /** Live: it changes with the next step. */
  state(): SavedEasel {
    const { scalars, vectors } = this.#optimizer.state();
    const wanted = Object.entries(this.#wanted).map(([name, { data }]) => [name, data]);
    return {
      scalars,
      vectors: {
        [CANVAS]: this.#canvas,
        ...vectors,
        ...(Object.fromEntries(wanted) as Record<string, Float32Array>),
      },
    };
  }
}

const UNIT = { layout: 'NCHW', channels: 'RGB', mean: [0, 0, 0], std: [255, 255, 255] } as const;

/** Plane after plane, from 0 to 1. */
const planesOf = (image: RgbImage): Float32Array =>
  imagesToTensor([{ image, mirrored: false }], UNIT).data;

function imageOf(values: Float32Array, side: number): RgbImage {
  const area = side ** 2;
  const data = new Uint8Array(3 * area);
  for (let i = 0; i < area; i++)
    for (let plane = 0; plane < 3; plane++)
      data[3 * i + plane] = Math.round(255 * values[plane * area + i]!);
  return { width: side, height: side, data };
}
