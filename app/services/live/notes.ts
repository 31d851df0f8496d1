import { insertActivity, noteAttendance, type Store } from '../../../db/store.ts';
import { activity } from '../activity-entry.ts';
import { localDay, localZone } from '../days.ts';
import { readSettings } from '../kept-settings.ts';

/** Milliseconds within which a person is noted once, in however many frames they are. */
const PERIOD = 60_000;

/** When a person was last noted, on every clock there is. */
interface Noted {
  /** Milliseconds of `elapsed`. */
  readonly at: number;
  /** Milliseconds of the machine's clock. */
  readonly time: number;
  /** In the machine's time zone. */
  readonly day: string;
}

/** Writes down who was identified by a camera, as far as the settings say so. */
export class LiveNotes {
  readonly #store: Store;
  readonly #elapsed: () => number;
  readonly #noted = new Map<number, Noted>();

  /** @param elapsed milliseconds on a clock that nobody can set */
  constructor(store: Store, elapsed: () => number) {
    this.#store = store;
    this.#elapsed = elapsed;
  }

  /** Gives whether something was added to the activity. */
  note(people: readonly number[], now: Date): boolean {
    const moment = { at: this.#elapsed(), time: now.getTime(), day: localDay(now) };
    const due = people.filter((id) => isDue(this.#noted.get(id), moment));
    if (due.length === 0) return false;
    const { recordRecognitions, kiosk } = this.#store.read(readSettings);
    if (recordRecognitions || kiosk.attendance)
      this.#store.write((tables) => {
        for (const personId of due) {
          if (recordRecognitions)
            insertActivity(tables, activity('identified', personId, { faces: 1 }, now));
          if (!kiosk.attendance) continue;
          const seen = now.toISOString();
          const { day } = moment;
          const times = { firstSeen: seen, lastSeen: seen, zone: localZone() };
          noteAttendance(tables, { personId, day, ...times });
        }
      });
    // Only what is written counts as noted: after a full disk the next frame tries again.
    for (const id of due) this.#noted.set(id, moment);
    return recordRecognitions;
  }
}

/**
 * A minute has passed on either clock, or another day has begun. The clock of the process stands
 * still while a machine sleeps; that of the machine jumps, and may go back for years.
 */
const isDue = (former: Noted | undefined, { at, time, day }: Noted): boolean =>
  former === undefined ||
  at - former.at >= PERIOD ||
  Math.abs(time - former.time) >= PERIOD ||
  day !== former.day;
