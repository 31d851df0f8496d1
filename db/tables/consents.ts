import type { PersonId } from '../../contract/values.ts';
import {
  changeOne,
  select,
  selectCount,
  type ReadableStore,
  type WritableStore,
} from '../access.ts';
import type { Sealed } from './personal.ts';

/** What a person agreed to, in words. */
export interface ConsentRecord {
  readonly note: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

interface Row {
  readonly id: number;
  readonly note: Sealed<string>;
  readonly createdAt: string;
}

export function insertConsent(
  store: WritableStore,
  personId: PersonId,
  { note, createdAt }: ConsentRecord,
): void {
  changeOne(
    store,
    'INSERT INTO consents (person_id, note, created_at) VALUES (?, ?, ?)',
    personId,
    store.personal.sealText(note, personId),
    createdAt,
  );
}

export const listConsents = (store: ReadableStore, personId: PersonId): ConsentRecord[] =>
  rowsOf(store, personId).map(({ note, createdAt }) => ({
    note: store.personal.openText(note, personId),
    createdAt,
  }));

export const countConsents = (store: ReadableStore, personId: PersonId): number =>
  selectCount(store, 'SELECT count(*) AS count FROM consents WHERE person_id = ?', personId);

/** Notes are sealed for their owner: opened and sealed again on the way. */
export function moveConsents(store: WritableStore, from: PersonId, into: PersonId): void {
  for (const { id, note } of rowsOf(store, from)) {
    changeOne(
      store,
      'UPDATE consents SET person_id = ?, note = ? WHERE id = ?',
      into,
      store.personal.sealText(store.personal.openText(note, from), into),
      id,
    );
  }
}

const rowsOf = (store: ReadableStore, personId: PersonId): Row[] =>
  select<Row>(
    store,
    'SELECT id, note, created_at AS createdAt FROM consents WHERE person_id = ? ORDER BY id',
    personId,
  );
