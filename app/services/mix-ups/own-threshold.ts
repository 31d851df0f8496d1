import { distance } from '../../../native-models/evaluation/compare.ts';
import {
  readEncodingsOf,
  readImpostors,
  type ModelKey,
  type ReadableStore,
} from '../../../db/store.ts';

/** How near a face may come to an example at least: its neighborhood is refused with it. */
const MARGIN = 0.95;

/** Distances of a person's templates among themselves and from faces that are not the person. */
export interface Surroundings {
  /** Of the nearest example from the nearest template. */
  readonly impostor: number;
  /** The farthest that a template lies from the nearest other one; 0 with a single template. */
  readonly own: number;
}

export function surroundingsOf(
  templates: readonly Float32Array[],
  examples: readonly Float32Array[],
): Surroundings {
  const nearest = (from: Float32Array, others: readonly Float32Array[]) =>
    Math.min(...others.map((other) => distance(from, other)));
  const apart = templates.map((template, i) => nearest(template, templates.toSpliced(i, 1)));
  return {
    impostor: Math.min(...examples.map((example) => nearest(example, templates))),
    own: Math.max(0, ...apart.filter((distance) => distance < Infinity)),
  };
}

/**
 * A person's own threshold: 5 % nearer than the nearest example. Where the person's own photos lie
 * farther from each other than that, it goes out to them, but never as far as the example.
 */
export const ownThreshold = ({ impostor, own }: Surroundings): number =>
  own < impostor ? Math.max(MARGIN * impostor, own) : MARGIN * impostor;

/** Person → threshold, of everybody of whom there are examples. */
export function ownThresholds(store: ReadableStore, model: ModelKey): ReadonlyMap<number, number> {
  const examples = Map.groupBy(readImpostors(store, model), ({ personId }) => personId);
  return new Map(
    [...examples].map(([person, own]) => {
      const templates = readEncodingsOf(store, model, person);
      const encodings = own.map(({ encoding }) => encoding);
      return [person, ownThreshold(surroundingsOf(templates, encodings))];
    }),
  );
}
