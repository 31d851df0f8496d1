import type { Migration } from '../migrate.ts';

export const peopleAndTemplates: Migration = {
  version: 1,
  name: 'people and templates',
  // The application id is "Like" in ASCII. AUTOINCREMENT: the number of somebody who was deleted is never given to somebody else.
  sql: `
    PRAGMA application_id = 0x4c696b65;

    CREATE TABLE people (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name BLOB NOT NULL,
      name_key BLOB NOT NULL UNIQUE,
      folded_name_key BLOB NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX people_by_folded_name ON people (folded_name_key);

    CREATE TABLE templates (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
      model_id TEXT NOT NULL,
      model_version TEXT NOT NULL,
      encoding BLOB NOT NULL,
      quality REAL NOT NULL CHECK (quality BETWEEN 0 AND 1),
      photo_key BLOB NOT NULL,
      source BLOB,
      created_at TEXT NOT NULL,
      UNIQUE (person_id, model_id, model_version, photo_key)
    ) STRICT;
    CREATE INDEX templates_by_model ON templates (model_id, model_version);
    CREATE INDEX templates_by_photo ON templates (photo_key);

    CREATE TABLE consents (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
      note BLOB NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX consents_by_person ON consents (person_id);

    CREATE TABLE activity (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      person_id INTEGER REFERENCES people (id) ON DELETE CASCADE,
      counts TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX activity_by_person ON activity (person_id);

    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
