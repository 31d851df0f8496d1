import type { Migration } from '../migrate.ts';

export const shownPeople: Migration = {
  version: 5,
  name: 'how the gallery shows a person',
  // The index serves the foreign key: without it, every template that is deleted reads all people.
  sql: `
    ALTER TABLE people ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
    ALTER TABLE people ADD COLUMN portrait_template INTEGER
      REFERENCES templates (id) ON DELETE SET NULL;
    CREATE INDEX people_by_portrait ON people (portrait_template);
  `,
};
