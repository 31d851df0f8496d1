import { change, select, type ReadableStore, type WritableStore } from '../access.ts';

/** A key of another program; its secret is not kept. */
export interface ApiKeyRecord {
  readonly id: number;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

const SELECT = `
  SELECT id, name, created_at AS createdAt, last_used_at AS lastUsedAt FROM api_keys`;

/** `hash` is the SHA-256 of the secret. */
export function insertApiKey(
  store: WritableStore,
  { name, createdAt }: Pick<ApiKeyRecord, 'name' | 'createdAt'>,
  hash: Buffer,
): ApiKeyRecord {
  const [row] = select<{ readonly id: number }>(
    store,
    'INSERT INTO api_keys (name, hash, created_at) VALUES (?, ?, ?) RETURNING id',
    ...[name, hash, createdAt],
  );
  return { id: row!.id, name, createdAt, lastUsedAt: null };
}

/** The oldest first. */
export const listApiKeys = (store: ReadableStore): ApiKeyRecord[] =>
  select<ApiKeyRecord>(store, `${SELECT} ORDER BY id`);

export const findApiKey = (store: ReadableStore, hash: Buffer): ApiKeyRecord | undefined =>
  select<ApiKeyRecord>(store, `${SELECT} WHERE hash = ?`, hash)[0];

export const touchApiKey = (store: WritableStore, id: number, at: string): void => {
  change(store, 'UPDATE api_keys SET last_used_at = ? WHERE id = ?', at, id);
};

/** False where there was none of that number. */
export const removeApiKey = (store: WritableStore, id: number): boolean =>
  change(store, 'DELETE FROM api_keys WHERE id = ?', id) === 1;
