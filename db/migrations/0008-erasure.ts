import type { Migration } from '../migrate.ts';

/** What a deletion, or a change of name, leaves behind in pages and log until they are written anew. */
const tables = [
  ...[
    'people',
    'templates',
    'portraits',
    'consents',
    'activity',
    'attendance',
    'impostors',
    'jobs',
  ],
];
const changes = [
  ...tables.map((table) => ({ name: `${table}_deleted`, change: `DELETE ON ${table}`, when: '1' })),
  {
    name: 'people_renamed',
    change: 'UPDATE OF name ON people',
    when: 'OLD.name IS NOT NEW.name',
  },
];

export const erasure: Migration = {
  version: 8,
  name: 'what is still to be erased from the disk, and where copies lie',
  // The first row has a database from before written anew once.
  sql: `
    CREATE TABLE erasure (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      /* Former states of the database go as well. */
      copies INTEGER NOT NULL DEFAULT 0 CHECK (copies IN (0, 1)),
      /* All pages are written anew; the log is still to be emptied. */
      vacuumed INTEGER NOT NULL DEFAULT 0 CHECK (vacuumed IN (0, 1)),
      since TEXT NOT NULL,
      /* Why the last attempt did not do. */
      obstacle TEXT
    ) STRICT;
    INSERT INTO erasure (since)
      SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
      WHERE EXISTS (SELECT 1 FROM people) OR EXISTS (SELECT 1 FROM activity);

    ${changes
      .map(
        ({ name, change, when }) => `
    CREATE TRIGGER ${name} AFTER ${change}
    WHEN ${when} AND NOT EXISTS (SELECT 1 FROM erasure WHERE vacuumed = 0)
    BEGIN
      INSERT INTO erasure (since) VALUES (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
    END;`,
      )
      .join('\n')}

    CREATE TABLE copies (
      file TEXT PRIMARY KEY,
      /* The folder of a backup that is being made, or a backup. */
      state TEXT NOT NULL CHECK (state IN ('unfinished', 'backup')),
      created_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
