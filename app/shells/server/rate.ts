import type { Socket } from 'node:net';
import { LikenessError } from '../../../contract/errors.ts';

const MINUTE = 60_000;

/** How often something may happen within a minute, for each key, on the clock of the process. */
export class Allowance {
  readonly #most: number;
  readonly #spent = new Map<string, { count: number; readonly opened: number }>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts one more. Gives the seconds until the next is allowed; 0 where this one is. */
  spend(key: string): number {
    const now = performance.now();
    const before = this.#spent.get(key);
    const isFresh = before !== undefined && now - before.opened < MINUTE;
    const window = isFresh ? before : { count: 0, opened: now };
    if (!isFresh) {
      this.#forget(now);
      this.#spent.set(key, window);
    }
    window.count++;
    if (window.count <= this.#most) return 0;
    return Math.ceil((MINUTE - (now - window.opened)) / 1000);
  }

  #forget(now: number): void {
    for (const [key, { opened }] of this.#spent)
      if (now - opened >= MINUTE) this.#spent.delete(key);
  }
}

/** Who asks: a session or a key that was found valid. */
export interface Credential {
  readonly kind: 'session' | 'key';
  readonly id: string;
}

/** Requests per minute. */
export interface RateLimits {
  /** Of one session or key. A camera of 30 frames a second over REST asks 1,800 times. */
  readonly credential: number;
  /** Wrong keys of all strangers together, and likewise wrong tokens of links. */
  readonly guesses: number;
  /** Other failures of all strangers together, for each error code. */
  readonly failures: number;
}

export const usualRates: RateLimits = { credential: 12_000, guesses: 20, failures: 120 };

/** What was shown to be let in, as far as wrong ones are counted apart. */
export type Shown = 'key' | 'link' | 'nothing';

/**
 * Every session and every key has an allowance of its own. All others share small ones, which only
 * their failures spend: whatever strangers do, who shows a valid credential never waits for it. That
 * is no help to who guesses: a credential has 256 random bits.
 */
export class Rates {
  readonly #credentials: Allowance;
  readonly #guesses: Allowance;
  readonly #failures: Allowance;

  constructor({ credential, guesses, failures }: RateLimits) {
    this.#credentials = new Allowance(credential);
    this.#guesses = new Allowance(guesses);
    this.#failures = new Allowance(failures);
  }

  /** @throws LikenessError `too_many_requests` where this session or key asks too often. */
  admit({ kind, id }: Credential): void {
    const seconds = this.#credentials.spend(`${kind} ${id}`);
    if (seconds > 0) throw tooMany('Too many requests.', seconds);
  }

  /** What a stranger is told after a failure: that, or to wait. */
  afterFailure(error: LikenessError, shown: Shown): LikenessError {
    const isGuess = error.code === 'not_authorized' && shown !== 'nothing';
    const seconds = isGuess ? this.#guesses.spend(shown) : this.#failures.spend(error.code);
    return seconds === 0 ? error : tooMany('Too many requests were refused.', seconds);
  }
}

const tooMany = (what: string, seconds: number): LikenessError =>
  new LikenessError('too_many_requests', `${what} Try again in ${seconds} seconds.`, {
    details: { retryAfterSeconds: seconds },
  });

/** Open connections without a valid session or key; each takes a descriptor and some 20 KB. */
const MOST_UNPROVEN = 1000;

/**
 * The connections that have shown no valid credential yet. Where there are too many, the oldest
 * gives way: thousands of half-open ones keep nobody out.
 */
export class Unproven {
  readonly #sockets = new Set<Socket>();

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#sockets.size <= MOST_UNPROVEN) return;
    const [oldest] = this.#sockets;
    this.#sockets.delete(oldest!);
    oldest!.destroy();
  }

  /** Ends them all: some are no requests yet, and the server of HTTP does not know them. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** It has shown a valid credential, and stays. */
  prove(socket: Socket): void {
    this.#sockets.delete(socket);
  }
}

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
