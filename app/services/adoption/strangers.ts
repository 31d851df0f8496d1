import {
  countTemplates,
  countTemplatesOf,
  findPerson,
  peopleUnknownTo,
  type ModelKey,
  type ReadableStore,
  type Store,
} from '../../../db/store.ts';
import { encoderInUse } from '../encoder-in-use.ts';
import type { Handler } from '../context.ts';
import { readAdoption } from './record.ts';

/** How many names the sentence has. */
const NAMED = 3;

export interface Somebody {
  readonly personId: number;
  readonly name: string;
}

export const listStrangers: Handler<'models.strangers'> = async (context, _, call) => {
  const { id, version } = await encoderInUse(context, call);
  const encoder = { id, version };
  const { people, former } = context.store.read((tables) => ({
    people: strangersTo(tables, encoder),
    former: readAdoption(tables)?.former ?? null,
  }));
  return { encoder, people, former, warnings: strangerWarnings(context.store, encoder) };
};

/** Whom a model does not know, though another does. */
export const strangersTo = (tables: ReadableStore, model: ModelKey): Somebody[] =>
  peopleUnknownTo(tables, model).flatMap((personId) => {
    const person = findPerson(tables, personId);
    return person === undefined ? [] : [{ personId, name: person.name }];
  });

/**
 * One sentence on everybody whom the encoder does not know because another one, or another version
 * of it, has enrolled them, and what to do; none where there is nobody. A model without a version
 * is not there and says so elsewhere.
 */
export function strangerWarnings(store: Store, { id, version }: ModelKey): string[] {
  if (version === '') return [];
  const { count, names } = store.read((tables) => {
    // Asked with every photo: two counts are cheaper than a look at everybody.
    if (countTemplatesOf(tables, { id, version }) === countTemplates(tables))
      return { count: 0, names: [] };
    const people = peopleUnknownTo(tables, { id, version });
    const shown = people.slice(0, NAMED).map((person) => findPerson(tables, person)?.name ?? '');
    return { count: people.length, names: shown };
  });
  if (count === 0) return [];
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  const were = count === 1 ? '1 person was' : `${count} people were`;
  const are = count === 1 ? 'is' : 'are';
  return [
    `${were} enrolled with another encoder and ${are} unknown to ${id} ${version}: ${names.join(', ')}${more}. ` +
      `Run "likeness models adopt ${id}": it encodes the photos again that are kept, and says who must be enrolled again.`,
  ];
}
