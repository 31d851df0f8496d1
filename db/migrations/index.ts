import type { Migration } from '../migrate.ts';
import { peopleAndTemplates } from './0001-people-and-templates.ts';
import { jobs } from './0002-jobs.ts';
import { window } from './0003-window.ts';
import { calibrations } from './0004-calibrations.ts';
import { shownPeople } from './0005-shown-people.ts';
import { attendanceZone } from './0006-attendance-zone.ts';
import { attempts } from './0007-attempts.ts';
import { erasure } from './0008-erasure.ts';
import { americanCodes } from './0009-american-codes.ts';

/** Append-only: what has run on somebody's machine is never edited. */
export const migrations: readonly Migration[] = [
  peopleAndTemplates,
  jobs,
  window,
  calibrations,
  shownPeople,
  attendanceZone,
  attempts,
  erasure,
  americanCodes,
];
