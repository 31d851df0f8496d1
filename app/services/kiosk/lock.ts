import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { LikenessError } from '../../contract/errors.ts';
import { readSetting, writeSetting, type Store } from '../../../db/store.ts';

/** 32 MB and about a tenth of a second for each guess (RFC 7914). */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const MEMORY = 64 * 1024 * 1024;
const BYTES = 32;

/** Seconds until the next PIN is looked at: 1 after the first wrong one, doubled by each further. */
const LONGEST_DELAY = 15 * 60;

interface KeptPin {
  readonly salt: string;
  readonly hash: string;
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

interface Failures {
  readonly count: number;
  /** ISO 8601, UTC. */
  readonly last: string;
}

/** The latest failure, and when this process saw it, in milliseconds of its own clock. */
interface SeenFailure {
  readonly last: string;
  readonly at: number;
  /** Counted by this process, not found from before. */
  readonly own: boolean;
}

type Scrypt = (
  pin: string,
  salt: Buffer,
  bytes: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;
const derive = promisify(scrypt) as Scrypt;

/** The PIN that ends the kiosk, kept as a slow hash; guessing is slowed down across restarts. */
export class KioskLock {
  readonly #store: Store;
  readonly #now: () => Date;
  readonly #elapsed: () => number;
  #seen: SeenFailure | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** @param elapsed milliseconds on a clock that nobody can set */
  constructor(store: Store, now: () => Date, elapsed: () => number) {
    this.#store = store;
    this.#now = now;
    this.#elapsed = elapsed;
  }

  get isSet(): boolean {
    return this.#store.read((tables) => readSetting(tables, 'kiosk.pin')) !== undefined;
  }

  /** @throws LikenessError pin_missing, pin_wrong, pin_delayed */
  check(pin: string): Promise<void> {
    return this.#inTurn(() => this.#check(pin));
  }

  /**
   * Sets the PIN, or changes it for somebody who knows the current one.
   *
   * @throws LikenessError pin_wrong, pin_delayed
   */
  set(pin: string, current: string | undefined): Promise<void> {
    return this.#inTurn(async () => {
      if (this.isSet) await this.#check(current ?? '');
      const salt = randomBytes(16);
      const hash = await derive(pin, salt, BYTES, { ...COST, maxmem: MEMORY });
      const kept: KeptPin = {
        ...COST,
        salt: salt.toString('base64'),
        hash: hash.toString('base64'),
      };
      this.#store.write((tables) => writeSetting(tables, 'kiosk.pin', JSON.stringify(kept)));
    });
  }

  async #check(pin: string): Promise<void> {
    const kept = this.#kept();
    if (kept === undefined)
      throw new LikenessError('pin_missing', 'No PIN has been set. Set one in the settings.');
    const failures = this.#failures();
    this.#refuseHaste(failures);
    // Counted before it is known: whoever kills the process meanwhile has guessed, too.
    const count = failures.count + 1;
    this.#keepFailures({ count, last: this.#now().toISOString() });
    const { N, r, p } = kept;
    const expected = Buffer.from(kept.hash, 'base64');
    const options = { N, r, p, maxmem: MEMORY };
    const found = await derive(pin, Buffer.from(kept.salt, 'base64'), expected.length, options);
    if (!timingSafeEqual(found, expected)) throw wrong(delayAfter(count));
    this.#keepFailures({ count: 0, last: this.#now().toISOString() });
  }

  #refuseHaste({ count, last }: Failures): void {
    if (count === 0) return;
    const left = delayAfter(count) - this.#secondsSince(last);
    if (left <= 0) return;
    const seconds = Math.ceil(left);
    throw new LikenessError('pin_delayed', `Wait ${seconds} s before the next PIN.`, {
      details: { retryAfterSeconds: seconds },
    });
  }

  /**
   * Of a wrong PIN that this process has counted, only the clock that nobody can set tells. Of one
   * from before a restart, the machine's clock tells, or the time since this process first saw it:
   * a clock that was set back lengthens nothing beyond the full delay.
   */
  #secondsSince(last: string): number {
    if (this.#seen?.last !== last) this.#seen = { last, at: this.#elapsed(), own: false };
    const watched = this.#elapsed() - this.#seen.at;
    const claimed = this.#now().getTime() - Date.parse(last);
    return (this.#seen.own ? watched : Math.max(watched, claimed || 0)) / 1000;
  }

  #kept(): KeptPin | undefined {
    const text = this.#store.read((tables) => readSetting(tables, 'kiosk.pin'));
    return text === undefined ? undefined : (JSON.parse(text) as KeptPin);
  }

  #failures(): Failures {
    const text = this.#store.read((tables) => readSetting(tables, 'kiosk.failures'));
    return text === undefined ? { count: 0, last: '' } : (JSON.parse(text) as Failures);
  }

  #keepFailures(failures: Failures): void {
    this.#seen = { last: failures.last, at: this.#elapsed(), own: true };
    this.#store.write((tables) => writeSetting(tables, 'kiosk.failures', JSON.stringify(failures)));
  }

  /** One PIN after the other: guesses side by side would slip past the delay. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

const delayAfter = (failures: number): number => Math.min(LONGEST_DELAY, 2 ** (failures - 1));

const wrong = (delay: number): LikenessError =>
  new LikenessError('pin_wrong', `That is not the PIN. Wait ${delay} s before the next one.`, {
    details: { retryAfterSeconds: delay },
  });
