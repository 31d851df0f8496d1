import { distance as levenshtein } from 'fastest-levenshtein';
import { LikenessError } from '../../contract/errors.ts';
import { PersonName, type Namesakes } from '../../contract/values.ts';
import {
  findPeopleByFoldedName,
  findPerson,
  findPersonByName,
  listPeople,
  type PersonRecord,
  type ReadableStore,
} from '../../db/store.ts';

/** How many near names an error offers. */
const SUGGESTIONS = 3;

/**
 * The person of a number or a name. A name is taken exactly, then without regard to case where
 * only one person fits, then as a number.
 *
 * @throws LikenessError `person_not_found`, with the names that come near in message and details.
 */
export function resolvePerson(store: ReadableStore, reference: number | string): PersonRecord {
  const person =
    typeof reference === 'number' ? findPerson(store, reference) : byName(store, reference);
  if (person !== undefined) return person;
  throw notFound(reference, typeof reference === 'number' ? [] : nearNames(store, reference));
}

function byName(store: ReadableStore, reference: string): PersonRecord | undefined {
  const name = PersonName.safeParse(reference).data ?? reference;
  const exact = findPersonByName(store, name);
  if (exact !== undefined) return exact;
  const [first, ...others] = findPeopleByFoldedName(store, name);
  if (first !== undefined && others.length === 0) return first;
  return /^\d{1,9}$/u.test(name) ? findPerson(store, Number(name)) : undefined;
}

/** Others whose names differ from the person's only in case, spelling or what is invisible. */
export const namesakesOf = (
  store: ReadableStore,
  { id, name }: Pick<PersonRecord, 'id' | 'name'>,
): Namesakes =>
  findPeopleByFoldedName(store, name)
    .filter((other) => other.id !== id)
    .map((other) => ({ id: other.id, name: other.name }));

function nearNames(store: ReadableStore, reference: string): string[] {
  const wanted = reference.toLowerCase();
  const tolerance = Math.max(2, Math.floor(wanted.length / 3));
  return listPeople(store)
    .map(({ name }) => ({ name, distance: nearness(wanted, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= tolerance)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS)
    .map(({ name }) => name);
}

/** A part of the name, such as the first name alone, is as near as a single slip. */
const nearness = (wanted: string, name: string): number =>
  wanted.length >= 3 && name.includes(wanted) ? 1 : levenshtein(wanted, name);

function notFound(reference: number | string, suggestions: readonly string[]): LikenessError {
  const who = typeof reference === 'number' ? `with the number ${reference}` : `named ${reference}`;
  const hint =
    suggestions.length === 0
      ? 'List the people to see who is.'
      : `Did you mean ${suggestions.join(' or ')}? Write the name exactly, or use the number.`;
  return new LikenessError('person_not_found', `Nobody ${who} is enrolled. ${hint}`, {
    details: { person: reference, suggestions },
  });
}
