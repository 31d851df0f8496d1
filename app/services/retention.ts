import {
  expireActivity,
  expireAttendance,
  hasActivityBefore,
  hasAttendanceBefore,
  type Store,
} from '../../db/store.ts';
import { localDay } from './days.ts';
import { readSettings } from './kept-settings.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Deletes entries of activity and attendance that are older than the settings allow; gives whether
 * there were any.
 */
export function expireOldEntries(store: Store, now: Date): boolean {
  const { retentionDays } = store.read(readSettings);
  if (retentionDays === null) return false;
  const oldest = new Date(now.getTime() - retentionDays * DAY);
  const [time, day] = [oldest.toISOString(), localDay(oldest)];
  // Reading is free; most starts have nothing to write.
  const isDue = store.read(
    (tables) => hasActivityBefore(tables, time) || hasAttendanceBefore(tables, day),
  );
  if (!isDue) return false;
  store.write((tables) => {
    expireActivity(tables, time);
    expireAttendance(tables, day);
  });
  return true;
}
