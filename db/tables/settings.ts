import { change, changeOne, select, type ReadableStore, type WritableStore } from '../access.ts';

/** Every setting there is. Values are text. */
export type SettingKey =
  | 'model.detector'
  | 'model.encoder'
  /** JSON: the last change of encoders, so that it can be undone; `null` once it is. */
  | 'model.adoption'
  /** JSON of the contract's `Settings`. */
  | 'window'
  /** JSON: how the PIN is recognized. */
  | 'kiosk.pin'
  /** When a window locked the kiosk, ISO 8601; absent once it is ended. */
  | 'kiosk.locked'
  /** JSON of the contract's `ProgramFolder`s: where programs with a key may read and write. */
  | 'programs.folders'
  /** ISO 8601: when the machine's clock was last where it could be expected. */
  | 'clock.trusted';

export function readSetting(store: ReadableStore, key: SettingKey): string | undefined {
  const sql = 'SELECT value FROM settings WHERE key = ?';
  const [row] = select<{ readonly value: string }>(store, sql, key);
  return row?.value;
}

export function writeSetting(store: WritableStore, key: SettingKey, value: string): void {
  changeOne(
    store,
    `INSERT INTO settings (key, value) VALUES (?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    key,
    value,
  );
}

export const removeSetting = (store: WritableStore, key: SettingKey): number =>
  change(store, 'DELETE FROM settings WHERE key = ?', key);
