import { RandomStream } from '../../../foundation/random.ts';

export interface GaussianPerson {
  readonly person: string;
  /** float32[dimension] each, of length one. */
  readonly encodings: readonly Float32Array[];
}

interface Shape {
  readonly people: number;
  /** Photos of each. */
  readonly photos: number;
  readonly dimension: number;
  /** Deviation of a photo from its person, where people deviate by one from each other. */
  readonly noise: number;
  readonly seed: number;
  /** Leading values in which people differ; the others are noise alone. All where absent. */
  readonly telling?: number;
}

/** People whose encodings are normal about a center of their own, normalized as real ones are. */
export function gaussianPeople(shape: Shape): readonly GaussianPerson[] {
  const { people, photos, dimension, noise, seed, telling = dimension } = shape;
  return Array.from({ length: people }, (_, number) => {
    const random = new RandomStream(seed, 'gaussian people', number);
    const center = Array.from({ length: dimension }, (_v, i) =>
      i < telling ? random.normal() : 0,
    );
    const photo = (): Float32Array =>
      normalized(center.map((value) => value + noise * random.normal()));
    return { person: `person ${number}`, encodings: Array.from({ length: photos }, photo) };
  });
}

function normalized(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
}
