import { distance } from '../../../native-models/evaluation/paired.ts';
import {
  readEncodingsOf,
  readImpostors,
  listTemplates,
  removeImpostor,
  type ModelKey,
  type ReadableStore,
  type PersonRecord,
  type WritableStore,
} from '../../../db/store.ts';

/**
 * [Note: examples in the gallery] A face that is not person 7 stands in the host's gallery as a
 * template of "person" −7, so that every search, of a photo or of a video, says as well how near the
 * probe is to it. Such candidates are taken out here and reach nobody.
 */
export const notPerson = (person: number): number => -person;

export const isExample = ({ personId }: { readonly personId: number }): boolean => personId < 0;

/** Up to which distances people are named at present. */
export interface NamingRules {
  readonly threshold: number;
  /** Person → a threshold of their own. */
  readonly own: ReadonlyMap<number, number>;
}

/** Who may be named (see `nameable`), each with the threshold that holds for them. */
export const candidatesUnder = <C extends { readonly personId: number; readonly distance: number }>(
  found: readonly C[],
  { threshold, own }: NamingRules,
): readonly (C & { readonly threshold: number })[] =>
  nameable(found, own).map((candidate) => ({
    ...candidate,
    threshold: Math.min(threshold, own.get(candidate.personId) ?? Infinity),
  }));

/**
 * Who may be named: without examples, without people whose example is nearer than they are
 * themselves, and without those beyond a threshold of their own.
 *
 * @param candidates nearest first.
 */
export function nameable<C extends { readonly personId: number; readonly distance: number }>(
  candidates: readonly C[],
  own: ReadonlyMap<number, number>,
): readonly C[] {
  if (own.size === 0) return candidates;
  return candidates.filter((candidate) => {
    const { personId, distance } = candidate;
    if (isExample(candidate)) return false;
    const example = candidates.find((other) => other.personId === notPerson(personId));
    const isNearer = example !== undefined && example.distance <= distance;
    return !isNearer && distance <= (own.get(personId) ?? Infinity);
  });
}

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

/**
 * Removes examples held against others that are faces of this person: those nearer to their
 * templates than to the ones of whom it is held against. To be called while the person has templates.
 *
 * @returns how many went.
 */
export function eraseExamplesOf(tables: WritableStore, person: PersonRecord): number {
  const shown = examplesShowing(tables, person);
  for (const id of shown) removeImpostor(tables, id);
  return shown.length;
}

/** Numbers of the examples that `eraseExamplesOf` removes. */
export const examplesShowing = (tables: ReadableStore, person: PersonRecord): number[] =>
  modelsOf(tables, person).flatMap((model) => examplesOf(tables, model, person.id));

function modelsOf(tables: ReadableStore, { id }: PersonRecord): ModelKey[] {
  const templates = listTemplates(tables, id);
  const groups = Map.groupBy(templates, (template) =>
    JSON.stringify([template.modelId, template.modelVersion]),
  );
  return [...groups.values()].map(([first]) => ({
    id: first!.modelId,
    version: first!.modelVersion,
  }));
}

function examplesOf(tables: ReadableStore, model: ModelKey, person: number): number[] {
  const others = readImpostors(tables, model).filter(({ personId }) => personId !== person);
  const own = readEncodingsOf(tables, model, person);
  return others
    .filter(({ personId, encoding }) => {
      const nearest = (templates: readonly Float32Array[]) =>
        Math.min(...templates.map((template) => distance(template, encoding)));
      return nearest(own) <= nearest(readEncodingsOf(tables, model, personId));
    })
    .map(({ id }) => id);
}
