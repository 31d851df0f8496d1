import type { Migration } from '../migrate.ts';

export const calibrations: Migration = {
  version: 4,
  name: 'calibrations, and examples of whom somebody is not',
  sql: `
    CREATE TABLE calibrations (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      model_id TEXT NOT NULL,
      model_version TEXT NOT NULL,
      templates_per_person REAL NOT NULL CHECK (templates_per_person >= 1),
      growth TEXT NOT NULL,
      result TEXT NOT NULL,
      applied_fpir REAL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX calibrations_by_model ON calibrations (model_id, model_version);

    CREATE TABLE impostors (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
      model_id TEXT NOT NULL,
      model_version TEXT NOT NULL,
      encoding BLOB NOT NULL,
      photo_key BLOB NOT NULL,
      created_at TEXT NOT NULL,
      UNIQUE (person_id, model_id, model_version, photo_key)
    ) STRICT;
    CREATE INDEX impostors_by_model ON impostors (model_id, model_version);
  `,
};
