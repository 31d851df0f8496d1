import type { PersonId } from '../../contract/values.ts';
import {
  changeOne,
  select,
  selectCount,
  type ReadableStore,
  type WritableStore,
} from '../access.ts';
import type { Sealed } from './personal.ts';

/** A small picture of the face that a template was made from. */
export interface PortraitRecord {
  readonly template: number;
  /** An encoded JPEG. */
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

interface Row {
  readonly template: number;
  readonly owner: PersonId;
  readonly jpeg: Sealed<Uint8Array>;
}

/** `owner` is the person of the template, whose key seals the picture. */
export const insertPortrait = (
  store: WritableStore,
  { template, jpeg }: PortraitRecord,
  owner: PersonId,
): void =>
  changeOne(
    store,
    'INSERT INTO portraits (template_id, jpeg) VALUES (?, ?)',
    template,
    store.personal.sealBytes(jpeg, owner),
  );

/** Those of the templates that have one, in no particular order. */
export const listPortraits = (
  store: ReadableStore,
  templates: readonly number[],
): PortraitRecord[] =>
  select<Row>(
    store,
    `SELECT template_id AS template, person_id AS owner, jpeg
     FROM portraits JOIN templates ON templates.id = template_id
     WHERE template_id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(templates),
  ).map(({ template, owner, jpeg }) => ({
    template,
    jpeg: store.personal.openBytes(jpeg, owner),
  }));

export const countPortraitsOf = (store: ReadableStore, person: PersonId): number =>
  selectCount(
    store,
    `SELECT count(*) AS count FROM portraits JOIN templates ON templates.id = template_id
     WHERE person_id = ?`,
    person,
  );

/** Seals the portrait of a template anew, which has gone to another person. */
export function resealPortrait(
  store: WritableStore,
  template: number,
  from: PersonId,
  into: PersonId,
): void {
  const [row] = select<Pick<Row, 'jpeg'>>(
    store,
    'SELECT jpeg FROM portraits WHERE template_id = ?',
    template,
  );
  if (row === undefined) return;
  const jpeg = store.personal.openBytes(row.jpeg, from);
  const sql = 'UPDATE portraits SET jpeg = ? WHERE template_id = ?';
  changeOne(store, sql, store.personal.sealBytes(jpeg, into), template);
}
