import type { Store } from '../../db/store.ts';
import type { Erasure } from './erasure.ts';
import { prunePictures } from './pictures.ts';
import { expireOldEntries } from './retention.ts';

/** More often than daily: a machine that sleeps at night misses whole days of timers. */
const PERIOD = 60 * 60 * 1000;

export interface HousekeepingOptions {
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
