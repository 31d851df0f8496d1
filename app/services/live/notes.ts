import { insertActivity, noteAttendance, type Store } from '../../../db/store.ts';
import { activity } from '../activity-entry.ts';
import { localDay } from '../days.ts';
import { readSettings } from '../kept-settings.ts';

/** Milliseconds within which a person is noted once, in however many frames they are. */
const PERIOD = 60_000;

/** Writes down who was identified by a camera, as far as the settings say so. */
export class LiveNotes {
  readonly #store: Store;
  readonly #notedAt = new Map<number, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Gives whether something was added to the activity. */
  note(people: readonly number[], now: Date): boolean {
    const due = people.filter((id) => now.getTime() - (this.#notedAt.get(id) ?? 0) >= PERIOD);
    if (due.length === 0) return false;
    for (const id of due) this.#notedAt.set(id, now.getTime());
    const { recordRecognitions, kiosk } = this.#store.read(readSettings);
    if (!recordRecognitions && !kiosk.attendance) return false;
    this.#store.write((tables) => {
      for (const personId of due) {
        if (recordRecognitions)
          insertActivity(tables, activity('identified', personId, { faces: 1 }, now));
        if (kiosk.attendance) {
          const seen = now.toISOString();
          noteAttendance(tables, { personId, day: localDay(now), firstSeen: seen, lastSeen: seen });
        }
      }
    });
    return recordRecognitions;
  }
}
