import type { Migration } from '../migrate.ts';

export const attendanceZone: Migration = {
  version: 6,
  name: 'the time zone that a day of attendance is of',
  sql: `
    ALTER TABLE attendance ADD COLUMN zone TEXT NOT NULL DEFAULT '';
  `,
};
