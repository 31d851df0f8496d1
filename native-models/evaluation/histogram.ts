import { countAtOrBelow, countBelow, type Comparisons } from './comparisons.ts';

export interface DistanceHistogram {
  /** bins + 1 ascending distances; a bin takes its upper edge in, the first one also its lower. */
  readonly edges: readonly number[];
  readonly mated: readonly number[];
  readonly nonMated: readonly number[];
}

/** Counts of finite distances in equal bins from 0 to the largest one. */
export function distanceHistogram(comparisons: Comparisons, bins = 60): DistanceHistogram {
  const { mated, nonMated } = comparisons;
  const largest = Math.max(
    ...[mated, nonMated].map((side) => side[countBelow(side, Infinity) - 1] ?? 0),
  );
  const edges = Array.from({ length: bins + 1 }, (_, bin) => ((largest || 1) * bin) / bins);
  return { edges, mated: countPerBin(mated, edges), nonMated: countPerBin(nonMated, edges) };
}

function countPerBin(ascending: Float32Array, edges: readonly number[]): readonly number[] {
  const upTo = edges.map((edge, index) => (index === 0 ? 0 : countAtOrBelow(ascending, edge)));
  return upTo.slice(1).map((count, bin) => count - upTo[bin]!);
}
