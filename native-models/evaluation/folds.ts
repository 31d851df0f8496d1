import type { Pair } from './pairs.ts';

export const FOLDS = 10;

/**
 * Pairs in ten folds. A file that has ten keeps them, as LFW prescribes. Any other is dealt anew:
 * each person gets a home fold in the order of appearance; mated pairs go to their person's home,
 * non-mated ones to the home of whichever of the two has fewer so far. Mated pairs of one person
 * thus never stand in two folds; non-mated pairs join people, so one of the two may be a guest.
 */
export function tenFolds(folds: readonly (readonly Pair[])[]): readonly (readonly Pair[])[] {
  return folds.length === FOLDS ? folds : dealPairs(folds.flat());
}

function dealPairs(pairs: readonly Pair[]): readonly (readonly Pair[])[] {
  const homeOf = homes(pairs);
  const mated: Pair[][] = Array.from({ length: FOLDS }, () => []);
  const nonMated: Pair[][] = Array.from({ length: FOLDS }, () => []);
  for (const pair of pairs) {
    const a = homeOf.get(pair.a.person)!;
    const b = homeOf.get(pair.b.person)!;
    if (pair.mated) mated[a]!.push(pair);
    else nonMated[nonMated[a]!.length <= nonMated[b]!.length ? a : b]!.push(pair);
  }
  return mated.map((fold, index) => [...fold, ...nonMated[index]!]);
}

/** Person → fold: whoever comes next lives where the fewest mated pairs are. */
function homes(pairs: readonly Pair[]): ReadonlyMap<string, number> {
  const matedPairs = new Map<string, number>();
  for (const { a, b, mated } of pairs) {
    matedPairs.set(a.person, (matedPairs.get(a.person) ?? 0) + (mated ? 1 : 0));
    if (!matedPairs.has(b.person)) matedPairs.set(b.person, 0);
  }
  const load = Array.from({ length: FOLDS }, () => 0);
  const home = new Map<string, number>();
  let turn = 0;
  for (const [person, weight] of matedPairs) {
    const fold = weight === 0 ? turn++ % FOLDS : load.indexOf(Math.min(...load));
    load[fold]! += weight;
    home.set(person, fold);
  }
  return home;
}

/** People 0 … count − 1 in ten folds, for photos compared all against all. */
export function foldOfPerson(person: number): number {
  return person % FOLDS;
}
