import { sortDistances, type Comparisons } from '../pairs.ts';

/** Repeatable uniform numbers in [0, 1): Mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Roughly normal: the sum of twelve uniform numbers (Irwin-Hall). */
export function normalNumbers(random: () => number): () => number {
  return () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
}

export function comparisonsOf(mated: readonly number[], nonMated: readonly number[]): Comparisons {
  return {
    mated: sortDistances(Float32Array.from(mated)),
    nonMated: sortDistances(Float32Array.from(nonMated)),
  };
}

/** Overlapping bell curves of mated distances about 0.45 and non-mated ones about 0.9. */
export function bellComparisons(mated: number, nonMated: number, seed = 1): Comparisons {
  const normal = normalNumbers(randomNumbers(seed));
  const around = (center: number) => () => Math.max(0, center + 0.12 * normal());
  return comparisonsOf(
    Array.from({ length: mated }, around(0.45)),
    Array.from({ length: nonMated }, around(0.9)),
  );
}
