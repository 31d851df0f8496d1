import type { PersonId } from '../../contract/values.ts';
import {
  change,
  changeOne,
  select,
  selectCount,
  type ReadableStore,
  type WritableStore,
} from '../access.ts';
import { eraseFromCopies } from './copies.ts';
import type { Sealed } from './personal.ts';
import type { ModelKey } from './templates.ts';

/** A face that was taken for a person and is somebody else's. */
export interface NewExclusion {
  /** Who it is not. */
  readonly personId: PersonId;
  readonly model: ModelKey;
  /** float32[dimension of the model]. */
  readonly encoding: Float32Array;
  /** SHA-256 of the photo file, hexadecimal. */
  readonly photoHash: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** One without its encoding. */
export interface ExclusionRecord {
  readonly id: number;
  readonly personId: PersonId;
  readonly modelId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
}

export interface ExclusionEncoding {
  readonly id: number;
  readonly personId: PersonId;
  readonly encoding: Float32Array;
}

interface SealedRow {
  readonly id: number;
  readonly personId: PersonId;
  readonly encoding: Sealed<Float32Array>;
}

/** Gives its number, or undefined where this person has one of this photo and model. */
export function insertExclusion(
  store: WritableStore,
  { personId, model, encoding, photoHash, createdAt }: NewExclusion,
): number | undefined {
  const { personal } = store;
  const [row] = select<{ id: number }>(
    store,
    `INSERT INTO impostors (person_id, model_id, model_version, encoding, photo_key, created_at)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
    personId,
    model.id,
    model.version,
    personal.sealEncoding(encoding, personId),
    personal.photoKey(photoHash),
    createdAt,
  );
  return row?.id;
}

export const listExclusions = (store: ReadableStore, person: PersonId): ExclusionRecord[] =>
  select<ExclusionRecord>(
    store,
    `SELECT id, person_id AS personId, model_id AS modelId, model_version AS modelVersion,
       created_at AS createdAt
     FROM impostors WHERE person_id = ? ORDER BY id`,
    person,
  );

/** All examples of one model, by number. */
export const readExclusions = (store: ReadableStore, model: ModelKey): ExclusionEncoding[] =>
  select<SealedRow>(
    store,
    `SELECT id, person_id AS personId, encoding FROM impostors
     WHERE model_id = ? AND model_version = ? ORDER BY id`,
    ...[model.id, model.version],
  ).map(({ id, personId, encoding }) => {
    const opened = new Float32Array(store.personal.dimension(encoding));
    store.personal.openEncoding(encoding, personId, opened);
    return { id, personId, encoding: opened };
  });

export const countExclusionsOf = (store: ReadableStore, person: PersonId): number =>
  selectCount(store, 'SELECT count(*) AS count FROM impostors WHERE person_id = ?', person);

/** Also from former states of the database. */
export function removeExclusion(store: WritableStore, id: number): void {
  changeOne(store, 'DELETE FROM impostors WHERE id = ?', id);
  eraseFromCopies(store);
}

/** Sealed columns belong to their owner, so each is opened and sealed again. */
export function moveExclusions(store: WritableStore, from: PersonId, into: PersonId): void {
  const { personal } = store;
  const rows = select<Omit<SealedRow, 'personId'>>(
    store,
    'SELECT id, encoding FROM impostors WHERE person_id = ?',
    from,
  );
  for (const { id, encoding } of rows) {
    const opened = new Float32Array(personal.dimension(encoding));
    personal.openEncoding(encoding, from, opened);
    const sql = 'UPDATE OR IGNORE impostors SET person_id = ?, encoding = ? WHERE id = ?';
    change(store, sql, into, personal.sealEncoding(opened, into), id);
  }
}
