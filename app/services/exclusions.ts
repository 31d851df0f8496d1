import { distance } from '../../native-models/evaluation/paired.ts';
import {
  readEncodingsOf,
  readExclusions,
  listTemplates,
  removeExclusion,
  type ModelKey,
  type ReadableStore,
  type PersonRecord,
  type WritableStore,
} from '../../db/store.ts';

/**
 * The threshold that holds for each candidate: the one in force, or nearer where faces were excluded
 * from being the person.
 */
export const candidatesUnder = <C extends { readonly limit: number }>(
  found: readonly C[],
  threshold: number,
): readonly (C & { readonly threshold: number })[] =>
  found.map((candidate) => ({ ...candidate, threshold: Math.min(threshold, candidate.limit) }));

/**
 * Removes the exclusions of others that show this person: faces nearer to this person's templates than
 * to those of the person they exclude. To be called while the person has templates.
 *
 * @returns how many were removed
 */
export function eraseExclusionsShowing(tables: WritableStore, person: PersonRecord): number {
  const shown = exclusionsShowing(tables, person);
  for (const id of shown) removeExclusion(tables, id);
  return shown.length;
}

/** Numbers of the exclusions that `eraseExclusionsShowing` removes. */
export const exclusionsShowing = (tables: ReadableStore, person: PersonRecord): number[] =>
  modelsOf(tables, person).flatMap((model) => exclusionsOf(tables, model, person.id));

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

function exclusionsOf(tables: ReadableStore, model: ModelKey, person: number): number[] {
  const others = readExclusions(tables, model).filter(({ personId }) => personId !== person);
  const own = readEncodingsOf(tables, model, person);
  return others
    .filter(({ personId, encoding }) => {
      const nearest = (templates: readonly Float32Array[]) =>
        Math.min(...templates.map((template) => distance(template, encoding)));
      return nearest(own) <= nearest(readEncodingsOf(tables, model, personId));
    })
    .map(({ id }) => id);
}
