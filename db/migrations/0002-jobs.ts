import type { Migration } from '../migrate.ts';

export const jobs: Migration = {
  version: 2,
  name: 'jobs',
  sql: `
    CREATE TABLE jobs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      state TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled')),
      settings TEXT NOT NULL,
      output TEXT NOT NULL,
      preview_file TEXT,
      progress TEXT,
      result TEXT,
      error TEXT,
      runner TEXT,
      wanted TEXT CHECK (wanted IN ('paused', 'cancelled')),
      beat_at TEXT,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX jobs_by_state ON jobs (state);
  `,
};
