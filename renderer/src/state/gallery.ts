import type { ListedPerson } from '../../../contract/people.ts';

export const sortings = ['name', 'seen', 'photos', 'newest'] as const;
export type Sorting = (typeof sortings)[number];

type Sorted = Pick<ListedPerson, 'name' | 'templates' | 'createdAt' | 'lastSeen'>;

/**
 * People as a gallery shows them: by name, or whoever was seen last, has most photos or is newest
 * first. People who are alike in that follow by name; those who were never seen come last.
 *
 * @param language a BCP 47 tag, for the order of the alphabet
 */
export function inOrder<P extends Sorted>(
  people: readonly P[],
  sorting: Sorting,
  language: string,
): readonly P[] {
  const { compare } = new Intl.Collator(language, { numeric: true });
  const byName = (a: P, b: P): number => compare(a.name, b.name);
  const descending = (a: string, b: string): number => (a === b ? 0 : a < b ? 1 : -1);
  const first: Readonly<Record<Sorting, (a: P, b: P) => number>> = {
    name: () => 0,
    seen: (a, b) => descending(a.lastSeen ?? '', b.lastSeen ?? ''),
    photos: (a, b) => b.templates - a.templates,
    newest: (a, b) => descending(a.createdAt, b.createdAt),
  };
  return [...people].sort((a, b) => first[sorting](a, b) || byName(a, b));
}

/** Whose name has the query in it; case and accents do not matter. */
export function matching<P extends Pick<ListedPerson, 'name'>>(
  people: readonly P[],
  query: string,
  language: string,
): readonly P[] {
  const plain = (text: string): string =>
    text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase(language);
  const wanted = plain(query.trim());
  return wanted === '' ? people : people.filter(({ name }) => plain(name).includes(wanted));
}

/** Chosen people after one more was pressed: it changes sides. */
export function toggled(chosen: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** With everyone from the one who was pressed before to this one, in the order that is shown. */
export function extended(
  chosen: ReadonlySet<number>,
  shown: readonly number[],
  from: number | undefined,
  to: number,
): ReadonlySet<number> {
  const ends = [from === undefined ? -1 : shown.indexOf(from), shown.indexOf(to)];
  if (ends.includes(-1)) return new Set([...chosen, to]);
  const [first, last] = ends.sort((a, b) => a - b) as [number, number];
  return new Set([...chosen, ...shown.slice(first, last + 1)]);
}

/** Who keeps their name when several people turn out to be one: whoever has most photos. */
export const keeperOf = <P extends Pick<ListedPerson, 'id' | 'templates'>>(
  people: readonly P[],
): P | undefined => [...people].sort((a, b) => b.templates - a.templates || a.id - b.id)[0];
