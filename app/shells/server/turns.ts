import { LikenessError } from '../../../contract/errors.ts';

/** Messages that take much memory and are read at the same time, of the windows and of programs each. */
const AT_ONCE = 2;
/** How many wait at most. */
const MOST_WAITING = 256;
/** Milliseconds after which a turn is over, whatever has come of it. */
const TURN_LIFE = 30_000;

export interface Turn {
  readonly begun: Promise<undefined>;
  /** Ends it; more than once is no error. */
  readonly release: () => void;
}

/**
 * Who sends much waits for its turn, and is not read meanwhile: as many photos as anybody likes may
 * be on their way, and the memory holds two of them.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /**
   * `late` is called where the turn has lasted too long, just before it ends.
   *
   * @throws LikenessError `too_many_requests` where too many wait already.
   */
  take(late: () => void): Turn {
    if (this.#waiting.length >= MOST_WAITING)
      throw new LikenessError('too_many_requests', 'Too many large messages are on their way.', {
        details: { retryAfterSeconds: 1 },
      });
    const { promise: begun, resolve } = Promise.withResolvers<undefined>();
    let state: 'waiting' | 'running' | 'over' = 'waiting';
    let timer: NodeJS.Timeout | undefined;
    const begin = (): void => {
      if (state !== 'waiting') {
        this.#next();
        return;
      }
      state = 'running';
      this.#running += 1;
      timer = setTimeout(() => {
        late();
        release();
      }, TURN_LIFE).unref();
      resolve(undefined);
    };
    const release = (): void => {
      clearTimeout(timer);
      const wasRunning = state === 'running';
      state = 'over';
      if (!wasRunning) return;
      this.#running -= 1;
      this.#next();
    };
    this.#waiting.push(begin);
    this.#next();
    return { begun, release };
  }

  #next(): void {
    if (this.#running < AT_ONCE) this.#waiting.shift()?.();
  }
}
