import { addScaled, difference, dot, scale, type Vector } from './vectors.ts';

/** A step and the change of the gradient that it brought. */
interface CurvaturePair<V extends Vector> {
  readonly step: V;
  readonly change: V;
}

/** Below this share of ‖step‖ · ‖change‖ the curvature is rounding noise, or not positive. */
const LEAST_CURVATURE = 1e-6;

/**
 * The last pairs of L-BFGS (Liu and Nocedal, 1989), and what they say about the inverse Hessian. All
 * memory is taken at the start: it is reused in turn. Where to step from there, each user decides: the
 * painter takes one gradient per step and keeps to bounds, the verifier searches along a line.
 */
export class CurvatureHistory<V extends Vector> {
  readonly #slots: readonly CurvaturePair<V>[];
  /** stepᵀ change by slot. */
  readonly #products: Float64Array;
  readonly #factors: Float64Array;
  /** Pairs remembered. */
  #count = 0;
  /** Slot of the next pair. */
  #next = 0;

  /**
   * @param zeros makes a vector of the problem's length and precision
   * @param capacity pairs that are remembered at most
   */
  constructor(zeros: () => V, capacity: number) {
    this.#slots = Array.from({ length: capacity }, () => ({ step: zeros(), change: zeros() }));
    this.#products = new Float64Array(capacity);
    this.#factors = new Float64Array(capacity);
  }

  get size(): number {
    return this.#count;
  }

  /** Oldest first; live views. */
  pairs(): readonly CurvaturePair<V>[] {
    return Array.from({ length: this.#count }, (_, age) => this.#slots[this.#slot(age)]!);
  }

  /** Remembers the way from one point to another; false, and nothing is kept, without curvature. */
  remember([x, gradient]: readonly [V, V], [nextX, nextGradient]: readonly [V, V]): boolean {
    const { step, change } = this.#slots[this.#next]!;
    difference(step, nextX, x);
    difference(change, nextGradient, gradient);
    if (this.#keep()) return true;
    // A full ring has just lost its oldest pair.
    this.#count = Math.min(this.#count, this.#slots.length - 1);
    return false;
  }

  /** Takes over a pair that another history gave away. */
  restore({ step, change }: CurvaturePair<V>): void {
    const slot = this.#slots[this.#next]!;
    slot.step.set(step);
    slot.change.set(change);
    this.#keep();
  }

  forget(): void {
    this.#count = 0;
  }

  /** vector := H · vector, H the inverse Hessian (Nocedal and Wright, 2006, algorithm 7.4). */
  applyInverse(vector: V): void {
    if (this.#count === 0) return;
    for (let age = this.#count - 1; age >= 0; age--) {
      const slot = this.#slot(age);
      const { step, change } = this.#slots[slot]!;
      const factor = dot(step, vector) / this.#products[slot]!;
      this.#factors[slot] = factor;
      addScaled(vector, -factor, change);
    }
    const newest = this.#slot(this.#count - 1);
    const { change } = this.#slots[newest]!;
    scale(vector, this.#products[newest]! / dot(change, change));
    for (let age = 0; age < this.#count; age++) {
      const slot = this.#slot(age);
      const { step, change } = this.#slots[slot]!;
      const back = dot(change, vector) / this.#products[slot]!;
      addScaled(vector, this.#factors[slot]! - back, step);
    }
  }

  #keep(): boolean {
    const { step, change } = this.#slots[this.#next]!;
    const product = dot(step, change);
    if (!(product > LEAST_CURVATURE * Math.sqrt(dot(step, step) * dot(change, change))))
      return false;
    this.#products[this.#next] = product;
    this.#next = (this.#next + 1) % this.#slots.length;
    this.#count = Math.min(this.#count + 1, this.#slots.length);
    return true;
  }

  /** Where the pair of this age lies; 0 is the oldest. */
  #slot(age: number): number {
    const { length } = this.#slots;
    return (this.#next - this.#count + age + length) % length;
  }
}
