import { change, select, type ReadableStore, type WritableStore } from '../access.ts';

/** Wrong answers to one secret in a row. Milliseconds, those of `sinceMs` from the machine's start. */
export interface AttemptsRecord {
  readonly failures: number;
  /** How long the next answer has to wait. */
  readonly waitMs: number;
  /** When that wait began. */
  readonly sinceMs: number;
}

export function findAttempts(store: ReadableStore, secret: string): AttemptsRecord | undefined {
  const sql =
    'SELECT failures, wait_ms AS waitMs, since_ms AS sinceMs FROM attempts WHERE secret = ?';
  return select<AttemptsRecord>(store, sql, secret)[0];
}

export function writeAttempts(store: WritableStore, secret: string, record: AttemptsRecord): void {
  const { failures, waitMs, sinceMs } = record;
  change(
    store,
    `INSERT INTO attempts (secret, failures, wait_ms, since_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (secret) DO UPDATE SET
       failures = excluded.failures, wait_ms = excluded.wait_ms, since_ms = excluded.since_ms`,
    ...[secret, failures, waitMs, Math.floor(sinceMs)],
  );
}

export const removeAttempts = (store: WritableStore, secret: string): number =>
  change(store, 'DELETE FROM attempts WHERE secret = ?', secret);
