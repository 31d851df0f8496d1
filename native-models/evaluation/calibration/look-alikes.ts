import type { CrossSearches } from './cross-search.ts';

/** Two people whose photos are near to each other. */
export interface LookAlikes {
  readonly people: readonly [number, number];
  readonly distance: number;
}

/** Each pair of people once, at its nearest, nearest first, up to and at the threshold. */
export function lookAlikes(
  searches: CrossSearches,
  threshold: number,
  most = Infinity,
): readonly LookAlikes[] {
  const { distances, probes, persons, personOf, people } = searches;
  const pairs = new Map<number, LookAlikes>();
  for (let hit = 0; hit < distances.length && distances[hit]! <= threshold; hit++) {
    if (pairs.size === most) break;
    const [a, b] = [personOf[probes[hit]!]!, persons[hit]!].sort((x, y) => x - y) as [
      number,
      number,
    ];
    const key = a * people + b;
    if (a !== b && !pairs.has(key)) pairs.set(key, { people: [a, b], distance: distances[hit]! });
  }
  return [...pairs.values()];
}

/** How many pairs of people there are at each threshold or nearer. @param thresholds ascending. */
export function countLookAlikes(
  { distances, probes, persons, personOf, people }: CrossSearches,
  thresholds: readonly number[],
): readonly number[] {
  const pairs = new Set<number>();
  let hit = 0;
  return thresholds.map((threshold) => {
    for (; hit < distances.length && distances[hit]! <= threshold; hit++) {
      const [a, b] = [personOf[probes[hit]!]!, persons[hit]!];
      if (a !== b) pairs.add(Math.min(a, b) * people + Math.max(a, b));
    }
    return pairs.size;
  });
}

/** Fewer mated hits do not tell how near photos of one person are. */
const FEWEST_MATED = 10;

/**
 * Pairs that are nearer than half of the searches of people for themselves: perhaps one person under
 * two names.
 */
export function perhapsOnePerson(searches: CrossSearches): readonly LookAlikes[] {
  const { distances, probes, persons, personOf } = searches;
  const mated = distances.filter((_, hit) => personOf[probes[hit]!] === persons[hit]);
  if (mated.length < FEWEST_MATED) return [];
  return lookAlikes(searches, mated[Math.floor(mated.length / 2)]!);
}
