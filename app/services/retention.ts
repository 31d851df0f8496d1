import type { RetentionHold } from '../../contract/application.ts';
import { LikenessError } from '../../contract/errors.ts';
import {
  countActivityBefore,
  countAttendanceBefore,
  expireActivity,
  expireAttendance,
  latestEntry,
  readSetting,
  writeSetting,
  type ReadableStore,
  type Store,
} from '../../db/store.ts';
import type { Handler, Handlers } from './context.ts';
import { localDay, readSettings } from './kept-settings.ts';
import type { Erasure } from './erasure.ts';
import { prunePictures } from './pictures.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
/** A clock before this version was written is wrong: a machine without a battery begins in 1970. */
const RELEASED = Date.parse('2026-01-01T00:00:00Z');
/** The time is written down anew when it has moved by so much; most starts have nothing to write. */
const STEP = 6 * HOUR;

interface Expired {
  readonly activity: number;
  readonly attendance: number;
}

/** What the clock asks of old entries. */
type Due =
  | { readonly kind: 'nothing' }
  /** The clock is where it can be by now; these entries are too old. */
  | { readonly kind: 'expired'; readonly before: Date }
  /** The clock is further ahead than time can be trusted to have passed: somebody has to say so. */
  | { readonly kind: 'held'; readonly before: Date; readonly hold: RetentionHold };

/**
 * Deletes entries of activity and attendance that are older than the settings allow, unless the
 * clock has jumped ahead since it was last believed; then they stay until `activity.expire`.
 * Gives whether there were any, and whether the clock is believed.
 */
function expireOldEntries(
  store: Store,
  now: Date,
): { readonly expired: boolean; readonly clockTrusted: boolean } {
  const due = store.read((tables) => dueAt(tables, now));
  if (due.kind === 'held') return { expired: false, clockTrusted: false };
  if (due.kind === 'expired') remove(store, due.before, now);
  const believed = now.getTime() >= RELEASED;
  const ahead = store.read((tables) => isAhead(tables, now));
  if (believed && store.read((tables) => isWorthNoting(tables, now)))
    store.write((tables) => writeSetting(tables, 'clock.trusted', now.toISOString()));
  const clockTrusted = believed && !ahead;
  const { retentionDays } = store.read(readSettings);
  // Whatever a former state of the database holds is older than the state itself.
  if (clockTrusted && retentionDays !== null)
    store.removeFormer(new Date(now.getTime() - retentionDays * DAY));
  return { expired: due.kind === 'expired', clockTrusted };
}

/** Null where nothing waits for somebody to say that the clock is right. */
const showRetentionHold: Handler<'activity.overdue'> = ({ store, now }) => ({
  hold: retentionHold(store, now()),
});

/** @throws LikenessError clock_jumped where it is not that day (any more) */
const confirmRetention: Handler<'activity.expire'> = async (context, { today }) => {
  const { store, now, emit, erasure } = context;
  const time = now();
  if (localDay(time) !== today)
    throw new LikenessError(
      'clock_jumped',
      `The clock of this machine says ${localDay(time)}, not ${today}. No entry was deleted.`,
      { details: { clock: localDay(time), today } },
    );
  const due = store.read((tables) => dueAt(tables, time));
  const expired =
    due.kind === 'nothing' ? { activity: 0, attendance: 0 } : remove(store, due.before, time);
  store.write((tables) => writeSetting(tables, 'clock.trusted', time.toISOString()));
  emit('activity.added', {});
  await erasure.now();
  return expired;
};

function retentionHold(store: Store, now: Date): RetentionHold | null {
  const due = store.read((tables) => dueAt(tables, now));
  return due.kind === 'held' ? due.hold : null;
}

/** For whoever asks for entries while old ones wait; none where none do. */
export function holdWarnings(store: Store, now: Date): string[] {
  const hold = retentionHold(store, now);
  if (hold === null) return [];
  const entries = hold.activity + hold.attendance;
  return [
    `The clock of this machine says ${hold.today}, but Likeness last saw ${hold.lastKnown}. ` +
      `${entries === 1 ? 'One old entry was' : `${entries} old entries were`} kept. ` +
      'If the clock is right, delete them with "likeness activity expire".',
  ];
}

function dueAt(tables: ReadableStore, now: Date): Due {
  const { retentionDays } = readSettings(tables);
  if (retentionDays === null || now.getTime() < RELEASED) return { kind: 'nothing' };
  const before = new Date(now.getTime() - retentionDays * DAY);
  const activity = countActivityBefore(tables, before.toISOString());
  const attendance = countAttendanceBefore(tables, localDay(before));
  if (activity + attendance === 0) return { kind: 'nothing' };
  if (!isAhead(tables, now)) return { kind: 'expired', before };
  const lastKnown = localDay(trustedTime(tables) ?? now);
  return { kind: 'held', before, hold: { today: localDay(now), lastKnown, activity, attendance } };
}

/**
 * Whether the clock is further ahead than a tenth of the retention, at least a day and at most a
 * week: a weekend passes without a question, and a wrong clock deletes nothing much too early.
 */
function isAhead(tables: ReadableStore, now: Date): boolean {
  const { retentionDays } = readSettings(tables);
  const days = Math.min(7, Math.max(1, (retentionDays ?? Infinity) / 10));
  const trusted = trustedTime(tables);
  return trusted !== null && now.getTime() - trusted.getTime() > days * DAY;
}

/** When the clock was last believed; of a database from before that was kept, its latest entry. */
function trustedTime(tables: ReadableStore): Date | null {
  const time = readSetting(tables, 'clock.trusted') ?? latestEntry(tables);
  return time === null || Number.isNaN(Date.parse(time)) ? null : new Date(time);
}

function isWorthNoting(tables: ReadableStore, now: Date): boolean {
  const kept = Date.parse(readSetting(tables, 'clock.trusted') ?? '');
  return Number.isNaN(kept) || Math.abs(now.getTime() - kept) > STEP;
}

const remove = (store: Store, before: Date, now: Date): Expired =>
  store.write((tables) => {
    writeSetting(tables, 'clock.trusted', now.toISOString());
    return {
      activity: expireActivity(tables, before.toISOString()),
      attendance: expireAttendance(tables, localDay(before)),
    };
  });

/** More often than daily: a machine that sleeps at night misses whole days of timers. */
const PERIOD = 60 * 60 * 1000;

interface HousekeepingOptions {
  readonly store: Store;
  readonly erasure: Erasure;
  readonly now: () => Date;
  /** Entries are too old, and gone. */
  readonly onExpired: () => void;
}

/** Clears away what need not be kept any longer, at the start and from time to time. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  start(): void {
    this.tidy();
    this.#timer = setInterval(() => this.tidy(), PERIOD).unref();
  }

  /** Settles when nothing is cleared away any more. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /**
   * Once more, now. What cannot be cleared away, because the database is busy or the disk is full, is
   * later.
   */
  tidy(): void {
    const { store, erasure, now, onExpired } = this.#options;
    let isTrusted = false;
    try {
      const { expired, clockTrusted } = expireOldEntries(store, now());
      if (expired) onExpired();
      isTrusted = clockTrusted;
    } catch {
      // The next time.
    }
    const clear = async () => {
      // By a clock that has jumped, every picture is old.
      if (isTrusted) await prunePictures(store, now());
      await erasure.tidy();
    };
    this.#running = this.#running.then(clear).catch(() => undefined);
  }
}

export const retentionHandlers = {
  'activity.overdue': showRetentionHold,
  'activity.expire': confirmRetention,
} satisfies Partial<Handlers>;
