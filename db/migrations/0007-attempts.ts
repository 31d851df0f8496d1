import type { Migration } from '../migrate.ts';

export const attempts: Migration = {
  version: 7,
  name: 'wrong answers to secrets, counted for all processes',
  // Wrong PINs that were counted before count on: the time of the largest number lies ahead of every
  // boot, so that their whole wait begins again.
  sql: `
    CREATE TABLE attempts (
      secret TEXT PRIMARY KEY,
      failures INTEGER NOT NULL CHECK (failures > 0),
      wait_ms INTEGER NOT NULL CHECK (wait_ms >= 0),
      since_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO attempts (secret, failures, wait_ms, since_ms)
      SELECT 'kiosk.pin', failures, min(900, 1 << min(failures - 1, 10)) * 1000, 9007199254740991
      FROM (
        SELECT CAST(json_extract(value, '$.count') AS INTEGER) AS failures FROM settings
        WHERE key = 'kiosk.failures' AND json_valid(value)
      )
      WHERE failures > 0;
    DELETE FROM settings WHERE key = 'kiosk.failures';
  `,
};
