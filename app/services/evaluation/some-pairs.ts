import type { Encodings } from './measures.ts';
import type { EvaluationPlan } from './plan.ts';

/** Two places in the plan's list of photos. */
export type PhotoPair = readonly [number, number];

export interface SomePairs {
  readonly mated: readonly PhotoPair[];
  readonly nonMated: readonly PhotoPair[];
}

/**
 * Of the planned pairs of photos with an encoding at most so many mated and so many non-mated ones,
 * evenly spread over all of them. Each step yields after the pairs of one photo, or of one fold.
 */
export function* somePairs(
  plan: EvaluationPlan,
  encodings: Encodings,
  most: number,
): Generator<undefined, SomePairs> {
  const total = { mated: 0, nonMated: 0 };
  for (const pairs of comparedPairs(plan, encodings)) {
    for (const { mated } of pairs) total[mated ? 'mated' : 'nonMated'] += 1;
    yield;
  }
  const mated = new Spread(total.mated, most);
  const nonMated = new Spread(total.nonMated, most);
  for (const pairs of comparedPairs(plan, encodings)) {
    for (const pair of pairs) (pair.mated ? mated : nonMated).offer(pair);
    yield;
  }
  return { mated: mated.taken, nonMated: nonMated.taken };
}

interface Compared {
  readonly a: number;
  readonly b: number;
  readonly mated: boolean;
}

function* comparedPairs(
  { photos, comparisons }: EvaluationPlan,
  encodings: Encodings,
): Generator<Iterable<Compared>> {
  if (comparisons.kind === 'all') {
    const encoded = [...photos.keys()].filter((photo) => encodings[photo] !== null);
    const people = photos.map(({ person }) => person);
    for (const [row, a] of encoded.entries()) yield pairsOf(a, encoded.slice(0, row), people);
    return;
  }
  for (const fold of comparisons.folds)
    yield fold.filter(({ a, b }) => encodings[a] !== null && encodings[b] !== null);
}

function* pairsOf(
  a: number,
  others: readonly number[],
  people: readonly string[],
): Generator<Compared> {
  for (const b of others) yield { a, b, mated: people[a] === people[b] };
}

/** Takes so many of all that are offered, the same number of others between any two. */
class Spread {
  readonly taken: PhotoPair[] = [];
  readonly #total: number;
  readonly #wanted: number;
  #offered = 0;

  constructor(total: number, most: number) {
    this.#total = total;
    this.#wanted = Math.min(total, most);
  }

  offer({ a, b }: Compared): void {
    const next = Math.floor(((this.taken.length + 0.5) * this.#total) / this.#wanted);
    if (this.#offered++ === next) this.taken.push([a, b]);
  }
}
