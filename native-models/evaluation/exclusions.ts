import { distance } from './paired.ts';

/** How near a face may come to an exclusion at least: its neighborhood is refused with it. */
const MARGIN = 0.95;

/** Distances of a person's templates among themselves, and from faces that the user said are not theirs. */
export interface Surroundings {
  /** Of the nearest excluded face from the nearest template. */
  readonly excluded: number;
  /** The farthest that a template lies from the nearest other one; 0 with a single template. */
  readonly own: number;
}

/** @param excluded at least one encoding of a face that is not the person's */
export function surroundingsOf(
  templates: readonly Float32Array[],
  excluded: readonly Float32Array[],
): Surroundings {
  const nearest = (from: Float32Array, others: readonly Float32Array[]) =>
    Math.min(...others.map((other) => distance(from, other)));
  const apart = templates.map((template, i) => nearest(template, templates.toSpliced(i, 1)));
  return {
    excluded: Math.min(...excluded.map((face) => nearest(face, templates))),
    own: Math.max(0, ...apart.filter((each) => each < Infinity)),
  };
}

/**
 * The distance up to which the person may be named: 5 % nearer than the nearest exclusion. Where the
 * person's own photos lie farther from each other than that, it goes out to them, but never as far as
 * the exclusion.
 */
export const ownLimit = ({ excluded, own }: Surroundings): number =>
  own < excluded ? Math.max(MARGIN * excluded, own) : MARGIN * excluded;
