import type { Value } from '../graph/graph.ts';
import type { Builder } from '../graph/operator.ts';
import { scalar } from '../graph/tensor.ts';
import { add, multiply, subtract } from '../ops/arithmetic.ts';
import { reduceSumSquare } from '../ops/reductions.ts';
import { slice, reshape } from '../ops/shapes.ts';
import { concreteShape } from '../graph/rewrite.ts';
import { gemm } from '../ops/products.ts';
import { planesOf, type Picture } from './picture.ts';

/** Σ (a − b)², a scalar. */
export function squaredDistance(builder: Builder, a: Value, b: Value): Value {
  return reduceSumSquare(builder, subtract(builder, a, b), { keepAxes: false });
}

/** Sum of squared differences between vertical and between horizontal neighbors of [1, C, H, W]. */
export function totalVariation(builder: Builder, image: Value): Value {
  const along = (axis: number) =>
    squaredDistance(
      builder,
      slice(builder, image, [{ axis, start: 1 }]),
      slice(builder, image, [{ axis, start: 0, end: -1 }]),
    );
  return add(builder, along(2), along(3));
}

/** Σ weight · value of scalars. */
export function weightedSum(
  builder: Builder,
  terms: readonly (readonly [weight: number, value: Value])[],
): Value {
  return terms
    .map(([weight, value]) => multiply(builder, value, builder.constant(scalar(weight))))
    .reduce((sum, term) => add(builder, sum, term));
}

/**
 * Correlations between the channels of an activation float32[1, C, H, W]: F Fᵀ / (H · W) with F the
 * activation as [C, H · W] (Gatys, Ecker, Bethge 2016). Gives float32[C, C].
 */
export function gramMatrix(builder: Builder, features: Value): Value {
  const flat = flatten(builder, features);
  const [, positions] = concreteShape(flat);
  return gemm(builder, flat, flat, { transposeB: true, alpha: 1 / positions! });
}

/**
 * The same, where each position counts as the weights float32[1, H · W] say, which sum to one over
 * the picture (guided Gram matrices: Gatys et al. 2017).
 */
export function guidedGramMatrix(builder: Builder, features: Value, weights: Value): Value {
  const flat = flatten(builder, features);
  return gemm(builder, multiply(builder, flat, weights), flat, { transposeB: true });
}

/** [1, C, H, W] as [C, H · W]. */
export function flatten(builder: Builder, features: Value): Value {
  const [, channels, height, width] = concreteShape(features);
  return reshape(builder, features, [channels!, height! * width!]);
}

/** Intervals of the table; between their ends the map is linear. */
const INTERVALS = 1024;

/**
 * The map that carries one distribution of numbers to another in the shortest way: the k-th smallest
 * value goes to the k-th smallest (one-dimensional optimal transport). From samples of one size, it
 * holds for all values of the first distribution.
 */
export class Transport {
  readonly #first: number;
  readonly #perUnit: number;
  readonly #table = new Float32Array(INTERVALS + 1);
  /** Mean square of the way to go. */
  readonly cost: number;
  /** Mean square of the values to reach. */
  readonly energy: number;

  /** Sorts both samples in place. */
  constructor(from: Float32Array, to: Float32Array) {
    from.sort();
    to.sort();
    const [first, last] = [from[0]!, from.at(-1)!];
    this.#first = first;
    this.#perUnit = last > first ? INTERVALS / (last - first) : 0;
    this.#fill(from, to);
    let [cost, energy] = [0, 0];
    for (let i = 0; i < from.length; i++) {
      cost += (from[i]! - to[i]!) ** 2;
      energy += to[i]! ** 2;
    }
    this.cost = cost / from.length;
    this.energy = energy / to.length;
  }

  /** Where a value goes, less the value; beyond the samples, the same as at their end. */
  way(value: number): number {
    const place = Math.min(Math.max((value - this.#first) * this.#perUnit, 0), INTERVALS);
    const below = Math.min(Math.floor(place), INTERVALS - 1);
    const [a, b] = [this.#table[below]!, this.#table[below + 1]!];
    return a + (place - below) * (b - a);
  }

  #fill(from: Float32Array, to: Float32Array): void {
    let rank = 0;
    for (let i = 0; i <= INTERVALS; i++) {
      const value = this.#perUnit === 0 ? this.#first : this.#first + i / this.#perUnit;
      while (rank < from.length - 1 && from[rank + 1]! <= value) rank++;
      const next = Math.min(rank + 1, from.length - 1);
      const gap = from[next]! - from[rank]!;
      const share = gap > 0 ? Math.min(1, Math.max(0, (value - from[rank]!) / gap)) : 0;
      this.#table[i] = to[rank]! + share * (to[next]! - to[rank]!) - value;
    }
  }
}

/**
 * Sum of squared differences between neighbors, of all planes, and its derivative times `weight`
 * added to `gradient`: what the graph of `totalVariation` computes, without its copies of the
 * picture.
 */
export function addTotalVariation(
  picture: Picture,
  weight: number,
  gradient: Float32Array,
): number {
  const { width, height, data } = picture;
  const area = width * height;
  const factor = 2 * weight;
  let sum = 0;
  for (let plane = 0; plane < planesOf(picture); plane++)
    for (let y = 0; y < height; y++) {
      const row = plane * area + y * width;
      const end = row + width - 1;
      for (let i = row; i < end; i++) {
        const across = data[i + 1]! - data[i]!;
        sum += across * across;
        gradient[i]! -= factor * across;
        gradient[i + 1]! += factor * across;
      }
      if (y + 1 === height) continue;
      for (let i = row; i <= end; i++) {
        const down = data[i + width]! - data[i]!;
        sum += down * down;
        gradient[i]! -= factor * down;
        gradient[i + width]! += factor * down;
      }
    }
  return sum;
}
