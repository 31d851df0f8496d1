import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { LikenessError } from '../../../contract/errors.ts';
import { readSetting, removeSetting, writeSetting, type Store } from '../../../db/store.ts';
import type { Attempts } from '../attempts.ts';

/** 32 MB and about a tenth of a second for each guess (RFC 7914). */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const MEMORY = 64 * 1024 * 1024;
const BYTES = 32;

interface KeptPin {
  readonly salt: string;
  readonly hash: string;
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

type Scrypt = (
  pin: string,
  salt: Buffer,
  bytes: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;
const derive = promisify(scrypt) as Scrypt;

/** The kiosk's lock, which outlasts the process, and the PIN that ends it, kept as a slow hash. */
export class PersistedKioskLock {
  readonly #store: Store;
  readonly #now: () => Date;
  readonly #attempts: Attempts;

  constructor(store: Store, now: () => Date, attempts: Attempts) {
    this.#store = store;
    this.#now = now;
    this.#attempts = attempts;
  }

  get isSet(): boolean {
    return this.#kept() !== undefined;
  }

  /** Whether somebody locked it, in this process or an earlier one, and nobody has ended it since. */
  get isLocked(): boolean {
    return this.#store.read((tables) => readSetting(tables, 'kiosk.locked')) !== undefined;
  }

  /** @throws LikenessError pin_missing where nobody could end it */
  lock(): void {
    if (!this.isSet) throw noPin();
    const time = this.#now().toISOString();
    this.#store.write((tables) => writeSetting(tables, 'kiosk.locked', time));
  }

  /** @throws LikenessError pin_missing, pin_wrong, pin_delayed */
  async unlock(pin: string): Promise<void> {
    await this.#check(pin);
    this.#store.write((tables) => removeSetting(tables, 'kiosk.locked'));
  }

  /**
   * Sets the PIN, or changes it for somebody who knows the current one.
   *
   * @param current of a change; who sets the first one has none, and shows another proof
   * @throws LikenessError pin_missing (there is none to be changed), pin_wrong, pin_delayed
   */
  async set(pin: string, current: string | undefined): Promise<void> {
    const former = this.#text();
    if (former !== undefined) await this.#check(current ?? '');
    else if (current !== undefined) throw noPin();
    const salt = randomBytes(16);
    const hash = await derive(pin, salt, BYTES, { ...COST, maxmem: MEMORY });
    const kept: KeptPin = {
      ...COST,
      salt: salt.toString('base64'),
      hash: hash.toString('base64'),
    };
    this.#store.write((tables) => {
      // Whoever set one meanwhile has not shown this one, nor was theirs shown here.
      if (readSetting(tables, 'kiosk.pin') !== former) throw changedMeanwhile();
      writeSetting(tables, 'kiosk.pin', JSON.stringify(kept));
    });
  }

  async #check(pin: string): Promise<void> {
    const kept = this.#kept();
    if (kept === undefined) throw noPin();
    await this.#attempts.check('kiosk.pin', 'PIN', () => isPin(pin, kept));
  }

  #kept(): KeptPin | undefined {
    const text = this.#text();
    return text === undefined ? undefined : (JSON.parse(text) as KeptPin);
  }

  #text(): string | undefined {
    return this.#store.read((tables) => readSetting(tables, 'kiosk.pin'));
  }
}

async function isPin(pin: string, { salt, hash, N, r, p }: KeptPin): Promise<boolean> {
  const expected = Buffer.from(hash, 'base64');
  const options = { N, r, p, maxmem: MEMORY };
  const found = await derive(pin, Buffer.from(salt, 'base64'), expected.length, options);
  return timingSafeEqual(found, expected);
}

const noPin = (): LikenessError =>
  new LikenessError('pin_missing', 'No PIN has been set. Set one in the settings.');

const changedMeanwhile = (): LikenessError =>
  new LikenessError('pin_wrong', 'The PIN was changed meanwhile, so this one was not set.');
