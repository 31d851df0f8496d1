import type { Migration } from '../migrate.ts';

export const window: Migration = {
  version: 3,
  name: 'what a window keeps',
  sql: `
    CREATE TABLE portraits (
      template_id INTEGER PRIMARY KEY REFERENCES templates (id) ON DELETE CASCADE,
      jpeg BLOB NOT NULL
    ) STRICT;

    CREATE TABLE attendance (
      person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
      day TEXT NOT NULL,
      first_seen TEXT NOT NULL,
      last_seen TEXT NOT NULL,
      PRIMARY KEY (person_id, day)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX attendance_by_day ON attendance (day);

    CREATE TABLE api_keys (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      hash BLOB NOT NULL UNIQUE,
      created_at TEXT NOT NULL,
      last_used_at TEXT
    ) STRICT;

    CREATE TABLE evaluations (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      model_id TEXT NOT NULL,
      model_version TEXT NOT NULL,
      images TEXT NOT NULL,
      result TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX evaluations_by_model ON evaluations (model_id, model_version);

    CREATE INDEX activity_by_time ON activity (created_at);
  `,
};
