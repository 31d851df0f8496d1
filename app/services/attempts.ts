import { LikenessError } from '../../contract/errors.ts';
import { findAttempts, removeAttempts, writeAttempts, type Store } from '../../db/store.ts';

/** Seconds until the next answer is looked at: 1 after the first wrong one, doubled by each further. */
const LONGEST_WAIT = 15 * 60;

const waitAfter = (failures: number): number => Math.min(LONGEST_WAIT, 2 ** (failures - 1));

/** Milliseconds since the machine started: the same for all processes, and nobody can set it. */
export const sinceBoot = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/**
 * Slows down whoever guesses a secret: wrong answers are counted in the database, by the secret's
 * name, for all processes that have it open and across restarts. Waits are measured from the
 * machine's start, never by the clock that people set; where the machine was started anew, the whole
 * wait begins again.
 *
 * @example
 * await new Attempts(store, sinceBoot).check('kiosk.pin', 'PIN', () => isPin(answer));
 */
export class Attempts {
  readonly #store: Store;
  readonly #elapsed: () => number;

  /** @param elapsed milliseconds since the machine's start */
  constructor(store: Store, elapsed: () => number = sinceBoot) {
    this.#store = store;
    this.#elapsed = elapsed;
  }

  /**
   * Looks at one answer, unless it comes too early. It counts as wrong from the moment that it is
   * looked at: whoever kills the process meanwhile, or asks another one, has guessed, too.
   *
   * @param name of the secret, such as `kiosk.pin`
   * @param noun what the secret is called in sentences, such as "PIN"
   * @throws LikenessError pin_delayed (`isRight` was not called), pin_wrong; both with
   *   `retryAfterSeconds`
   */
  async check(name: string, noun: string, isRight: () => Promise<boolean>): Promise<void> {
    const outcome = this.#count(name);
    if (!outcome.counted) throw delayed(noun, outcome.waitMs);
    if (!(await isRight())) throw wrong(noun, outcome.waitMs);
    this.#store.write((tables) => removeAttempts(tables, name));
  }

  /** In one transaction, so that no two processes look at an answer within one wait. */
  #count(name: string): { readonly counted: boolean; readonly waitMs: number } {
    return this.#store.write((tables) => {
      const time = this.#elapsed();
      const former = findAttempts(tables, name);
      if (former !== undefined) {
        const left = former.waitMs - (time - former.sinceMs);
        // A time that is yet to come is of before the machine was started anew.
        const isRestarted = former.sinceMs > time;
        if (isRestarted) writeAttempts(tables, name, { ...former, sinceMs: time });
        if (isRestarted || left > 0)
          return { counted: false, waitMs: isRestarted ? former.waitMs : left };
      }
      const failures = (former?.failures ?? 0) + 1;
      const waitMs = waitAfter(failures) * 1000;
      writeAttempts(tables, name, { failures, waitMs, sinceMs: time });
      return { counted: true, waitMs };
    });
  }
}

const delayed = (noun: string, waitMs: number): LikenessError => {
  const seconds = Math.ceil(waitMs / 1000);
  return new LikenessError('pin_delayed', `Wait ${seconds} s before the next ${noun}.`, {
    details: { retryAfterSeconds: seconds },
  });
};

const wrong = (noun: string, waitMs: number): LikenessError => {
  const seconds = Math.ceil(waitMs / 1000);
  return new LikenessError(
    'pin_wrong',
    `That is not the ${noun}. Wait ${seconds} s before the next one.`,
    { details: { retryAfterSeconds: seconds } },
  );
};
