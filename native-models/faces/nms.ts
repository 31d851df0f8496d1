import { intersectionOverUnion, type Detection } from './geometry.ts';

/**
 * Greedy non-maximum suppression: keeps the best detection, drops what overlaps it by more than
 * `maximumIou`, and so on. Best first.
 */
export function suppressNonMaxima<T extends Detection>(
  detections: readonly T[],
  maximumIou: number,
): T[] {
  const kept: T[] = [];
  for (const candidate of detections.toSorted((a, b) => b.score - a.score)) {
    const isNew = kept.every(({ box }) => intersectionOverUnion(box, candidate.box) <= maximumIou);
    if (isNew) kept.push(candidate);
  }
  return kept;
}
