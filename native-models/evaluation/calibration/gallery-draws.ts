/** What follows from drawing galleries of several sizes among the people other than a stranger. */
export interface Draws {
  /** Per size, by k: chance that none of k given people is in the gallery. */
  readonly none: readonly Float64Array[];
  /** The same for the places that are left where the probe's own person has one. */
  readonly noneBeside: readonly Float64Array[];
  /** Per size, by what the rate of the largest gallery that can be drawn is multiplied. */
  readonly scale: readonly number[];
}

/**
 * Galleries drawn without replacement, so that rates are exact means over all galleries of a size,
 * and no gallery has to be drawn at all. Beyond the number of people there are, the chance to meet
 * somebody is extrapolated in proportion to the size: an upper bound, as that chance is concave.
 */
export class GalleryDraws {
  readonly people: number;
  readonly sizes: readonly number[];
  readonly #byWeight = new Map<number, Draws>();

  constructor(people: number, sizes: readonly number[]) {
    this.people = people;
    this.sizes = sizes;
  }

  /** @param weight how often the stranger counts among the people, 1 where nothing is resampled. */
  withoutStranger(weight: number): Draws {
    const known = this.#byWeight.get(weight);
    if (known !== undefined) return known;
    const others = Math.max(1, this.people - weight);
    const draws = {
      none: this.sizes.map((size) => chancesOfNone(others, size)),
      noneBeside: this.sizes.map((size) => chancesOfNone(others, size - 1)),
      scale: this.sizes.map((size) => Math.max(1, size / others)),
    };
    this.#byWeight.set(weight, draws);
    return draws;
  }
}

/** C(others − k, size) / C(others, size) for k from 0 to `others`. */
export function chancesOfNone(others: number, size: number): Float64Array {
  const drawn = Math.min(size, others);
  const chances = new Float64Array(others + 1);
  chances[0] = 1;
  for (let k = 0; k < others; k++)
    chances[k + 1] = (chances[k]! * Math.max(0, others - drawn - k)) / (others - k);
  return chances;
}
