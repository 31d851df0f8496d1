import type Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import type { PersonalCodec } from './tables/personal.ts';

/** Handed out by `Store.read`: a consistent snapshot for the length of one synchronous function. */
export interface ReadableStore {
  readonly sqlite: Database.Database;
  readonly personal: PersonalCodec;
}

/** Handed out by `Store.write`, inside a transaction: whoever asks for this type writes. */
export interface WritableStore extends ReadableStore {
  readonly writable: true;
}

type Value = string | number | Buffer | null;
type Row = Readonly<Record<string, unknown>>;

const statements = new WeakMap<Database.Database, Map<string, Database.Statement<Value[]>>>();

/** Prepares each text once per connection. */
function statement(store: ReadableStore, sql: string): Database.Statement<Value[]> {
  let prepared = statements.get(store.sqlite);
  if (prepared === undefined) {
    prepared = new Map<string, Database.Statement<Value[]>>();
    statements.set(store.sqlite, prepared);
  }
  let found = prepared.get(sql);
  if (found === undefined) prepared.set(sql, (found = store.sqlite.prepare<Value[]>(sql)));
  return found;
}

/** The caller's row type is a promise about the columns that its own SQL selects. */
export function select<R extends object = Row>(
  store: ReadableStore,
  sql: string,
  ...values: Value[]
): R[] {
  return statement(store, sql).all(...values) as R[];
}

/** Row after row, for results that should not lie in memory twice. */
export function selectEach<R extends object = Row>(
  store: ReadableStore,
  sql: string,
  ...values: Value[]
): IterableIterator<R> {
  return statement(store, sql).iterate(...values) as IterableIterator<R>;
}

/** The single number of `SELECT count(*) …`. */
export function selectCount(store: ReadableStore, sql: string, ...values: Value[]): number {
  const [row] = select<{ readonly count: number }>(store, sql, ...values);
  if (row === undefined) throw new LikenessError('internal', `No count came from: ${sql}`);
  return row.count;
}

/** Runs a change and gives the number of rows it touched. */
export function change(store: WritableStore, sql: string, ...values: Value[]): number {
  return statement(store, sql).run(...values).changes;
}

/** A change that must touch exactly one row; anything else is a defect and rolls back. */
export function changeOne(store: WritableStore, sql: string, ...values: Value[]): void {
  const touched = change(store, sql, ...values);
  if (touched !== 1)
    throw new LikenessError('internal', `A change of one row touched ${touched}: ${sql}`);
}
