import type { Store } from '../../db/store.ts';
import { prunePictures } from './pictures.ts';
import { expireOldEntries } from './retention.ts';

/** More often than daily: a machine that sleeps at night misses whole days of timers. */
const PERIOD = 60 * 60 * 1000;

/** Clears away what need not be kept any longer, at the start and from time to time. */
export class Housekeeping {
  readonly #store: Store;
  readonly #now: () => Date;
  readonly #onExpired: () => void;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(store: Store, now: () => Date, onExpired: () => void) {
    this.#store = store;
    this.#now = now;
    this.#onExpired = onExpired;
  }

  start(): void {
    this.#tidy();
    this.#timer = setInterval(() => this.#tidy(), PERIOD).unref();
  }

  /** Settles when nothing is cleared away any more. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /** What cannot be cleared away now, because the database is busy or the disk is full, is later. */
  #tidy(): void {
    try {
      const { expired, clockTrusted } = expireOldEntries(this.#store, this.#now());
      if (expired) this.#onExpired();
      // By a clock that has jumped, every picture is old.
      if (!clockTrusted) return;
    } catch {
      return;
    }
    this.#running = prunePictures(this.#store, this.#now()).catch(() => undefined);
  }
}
