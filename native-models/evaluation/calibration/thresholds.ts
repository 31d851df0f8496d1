import type { CrossSearches } from './cross-search.ts';
import type { GalleryDraws } from './gallery-draws.ts';
import { RateCursor, type Weights } from './rate-cursor.ts';

/** By size of the gallery, then by wanted rate. */
export type Grid<T = number> = readonly (readonly T[])[];

/**
 * Per size and wanted FPIR the most permissive threshold that keeps to it. Where even all hits
 * together keep to it, the farthest distance that was looked at.
 *
 * @param draws whose sizes ascend.
 * @param wanted FPIRs, ascending.
 */
export function thresholdsFor(
  searches: CrossSearches,
  draws: GalleryDraws,
  weights: Weights,
  wanted: readonly number[],
): Grid {
  const cursor = new RateCursor(searches, draws, weights);
  const found = draws.sizes.map((): number[] => []);
  // The larger the gallery, the earlier it is done.
  for (let open = found.length; open > 0 && cursor.distance < Infinity;) {
    const { distance } = cursor;
    cursor.step(open);
    for (let s = 0; s < open; s++) {
      const thresholds = found[s]!;
      while (thresholds.length < wanted.length && cursor.fpir[s]! > wanted[thresholds.length]!)
        thresholds.push(nextBelow(distance));
    }
    while (open > 0 && found[open - 1]!.length === wanted.length) open -= 1;
  }
  const last = Math.min(searches.reach, searches.distances.at(-1) ?? 0);
  return found.map((thresholds) => wanted.map((_, i) => thresholds[i] ?? last));
}

/** Per size and threshold the FPIR there. @param thresholds per size, ascending. */
export function fpirAt(
  searches: CrossSearches,
  draws: GalleryDraws,
  weights: Weights,
  thresholds: Grid,
): Grid {
  const cursor = new RateCursor(searches, draws, weights);
  const rates = thresholds.map((row) => row.map(() => 0));
  const stops = thresholds.flatMap((row, s) => row.map((threshold, i) => ({ threshold, s, i })));
  for (const { threshold, s, i } of stops.sort((a, b) => a.threshold - b.threshold)) {
    cursor.advanceTo(threshold);
    rates[s]![i] = cursor.fpir[s]!;
  }
  return rates;
}

/** Thresholds that go no further than their ceilings. */
export const atMost = (thresholds: Grid, ceilings: Grid): Grid =>
  thresholds.map((row, s) => row.map((threshold, w) => Math.min(threshold, ceilings[s]![w]!)));

/** The float32 next below a distance: thresholds are inclusive. */
function nextBelow(distance: number): number {
  if (distance === 0) return 0;
  const bits = new Uint32Array(Float32Array.of(distance).buffer);
  bits[0]! -= 1;
  return new Float32Array(bits.buffer)[0]!;
}
