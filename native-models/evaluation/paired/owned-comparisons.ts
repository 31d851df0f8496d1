import { distance } from '../compare.ts';
import { ascendingOrder, countAtOrBelow, type Comparisons } from '../comparisons.ts';

/** Encoded faces of known people; the arrays run in parallel. */
export interface LabeledFaces {
  /** float32[dimension] each. */
  readonly encodings: readonly Float32Array[];
  /** 0, 1, 2 … per person. */
  readonly people: readonly number[];
}

/** Comparisons by ascending distance, and whose photos they are of. */
export interface OwnedComparisons {
  /** By the numbers of people. */
  readonly photosOf: Uint32Array;
  readonly mated: { readonly distances: Float32Array; readonly person: Uint32Array };
  /** Those within reach only; `photosOf` tells how many there are in all. */
  readonly nonMated: {
    readonly distances: Float32Array;
    readonly a: Uint32Array;
    readonly b: Uint32Array;
  };
}

/**
 * Compares every face with every other, and keeps who they are of. Farther non-mated comparisons
 * than `reach` are not kept: most are far beyond any threshold, and millions would fill the memory.
 * Steps as in `compareAll`.
 *
 * @param comparisons the same faces' distances, which say how many there will be.
 */
export function* ownComparisons(
  { encodings, people }: LabeledFaces,
  comparisons: Comparisons,
  reach: number,
): Generator<number, OwnedComparisons> {
  const mated = new Pairs(comparisons.mated.length);
  const nonMated = new Pairs(countAtOrBelow(comparisons.nonMated, reach));
  for (let row = 1; row < encodings.length; row++) {
    const encoding = encodings[row]!;
    const a = people[row]!;
    for (let column = 0; column < row; column++) {
      const b = people[column]!;
      const d = Math.fround(distance(encoding, encodings[column]!));
      if (a === b) mated.add(d, a, b);
      else if (d <= reach) nonMated.add(d, a, b);
    }
    yield (row * (row + 1)) / 2;
  }
  const { distances, a: person } = mated.ascending();
  return {
    photosOf: countPhotos(people),
    mated: { distances, person },
    nonMated: nonMated.ascending(),
  };
}

class Pairs {
  readonly #distances: Float32Array;
  readonly #a: Uint32Array;
  readonly #b: Uint32Array;
  #count = 0;

  constructor(length: number) {
    this.#distances = new Float32Array(length);
    this.#a = new Uint32Array(length);
    this.#b = new Uint32Array(length);
  }

  add(distanceOf: number, a: number, b: number): void {
    this.#distances[this.#count] = distanceOf;
    this.#a[this.#count] = a;
    this.#b[this.#count++] = b;
  }

  ascending(): OwnedComparisons['nonMated'] {
    const order = ascendingOrder(this.#distances);
    const distances = new Float32Array(order.length);
    order.forEach((place, rank) => (distances[rank] = this.#distances[place]!));
    return {
      distances,
      a: order.map((place) => this.#a[place]!),
      b: order.map((place) => this.#b[place]!),
    };
  }
}

function countPhotos(people: readonly number[]): Uint32Array {
  const photosOf = new Uint32Array(people.reduce((most, person) => Math.max(most, person + 1), 0));
  for (const person of people) photosOf[person]! += 1;
  return photosOf;
}
