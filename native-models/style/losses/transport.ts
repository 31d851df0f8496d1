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
