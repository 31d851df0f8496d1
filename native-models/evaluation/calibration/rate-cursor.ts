import type { CrossSearches } from './cross-search.ts';
import type { Draws, GalleryDraws } from './gallery-draws.ts';

/** How often each person counts; they sum to the number of people. */
export type Weights = Uint8Array;

/**
 * Rates of open-set identification while the threshold rises from hit to hit, for several sizes of
 * gallery at once. Everybody in turn is the stranger, and the gallery is drawn among the others.
 * A person counts once, however many photos there are of them.
 */
export class RateCursor {
  /** Per size: share of searches by strangers that name somebody. */
  readonly fpir: Float64Array;
  readonly #found: Float64Array;
  readonly #searches: CrossSearches;
  readonly #weights: Weights;
  readonly #draws: readonly (Draws | undefined)[];
  /** What a probe of each person adds at most to either rate. */
  readonly #strangerShare: Float64Array;
  readonly #matedShare: Float64Array;
  /** People met by each probe so far, as often as they count. */
  readonly #met: Int32Array;
  #next = 0;

  constructor(searches: CrossSearches, draws: GalleryDraws, weights: Weights) {
    this.#searches = searches;
    this.#weights = weights;
    this.fpir = new Float64Array(draws.sizes.length);
    this.#found = new Float64Array(draws.sizes.length);
    this.#met = new Int32Array(searches.personOf.length);
    const used = new Set(weights);
    this.#draws = Array.from({ length: Math.max(...used) + 1 }, (_, weight) =>
      weight > 0 && used.has(weight) ? draws.withoutStranger(weight) : undefined,
    );
    this.#strangerShare = shares(searches.photosOf, weights);
    this.#matedShare = shares(searches.matedOf, weights);
  }

  /** Of the hit that the next step takes in; infinite after the last. */
  get distance(): number {
    return this.#searches.distances[this.#next] ?? Infinity;
  }

  /** Takes the next hit in, for the first few sizes only where the others do not matter any more. */
  step(sizes = this.fpir.length): void {
    const { probes, persons, personOf } = this.#searches;
    const probe = probes[this.#next]!;
    const person = persons[this.#next]!;
    this.#next += 1;
    const owner = personOf[probe]!;
    const weight = this.#weights[owner]!;
    const count = this.#weights[person]!;
    if (weight === 0 || count === 0) return;
    const draws = this.#draws[weight]!;
    const met = this.#met[probe]!;
    if (owner === person) {
      this.#meetOwn(draws, met, this.#matedShare[owner]!);
      return;
    }
    this.#met[probe] = met + count;
    const share = this.#strangerShare[owner]!;
    for (let s = 0; s < sizes; s++) {
      const none = draws.none[s]!;
      this.fpir[s]! += share * draws.scale[s]! * (none[met]! - none[met + count]!);
    }
  }

  /** Takes in all hits up to and at the threshold. */
  advanceTo(threshold: number): void {
    while (this.distance <= threshold) this.step();
  }

  /** Per size: share of searches by enrolled people that do not name them first; null without any. */
  fnir(size: number): number | null {
    return this.#matedShare.some((share) => share > 0) ? Math.max(0, 1 - this.#found[size]!) : null;
  }

  /** The own person is named where nobody nearer is in the gallery. */
  #meetOwn(draws: Draws, met: number, share: number): void {
    for (let s = 0; s < this.#found.length; s++)
      this.#found[s]! += share * draws.noneBeside[s]![met]!;
  }
}

function shares(photosOf: Int32Array, weights: Weights): Float64Array {
  let total = 0;
  photosOf.forEach((photos, person) => {
    if (photos > 0) total += weights[person]!;
  });
  return Float64Array.from(photosOf, (photos, person) =>
    photos === 0 ? 0 : weights[person]! / (photos * total),
  );
}
