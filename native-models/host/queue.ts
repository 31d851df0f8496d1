import { LikenessError } from '../../contract/errors.ts';

/** Runs tasks in the order in which they came, at most so many at once. */
export class Queue {
  readonly #most: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Throws `cancelled` as soon as the signal aborts before the task's turn; later the task decides. */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) throw cancelled();
    await this.#turn(signal);
    try {
      return await task();
    } finally {
      this.#passOn();
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    if (this.#running < this.#most) {
      this.#running++;
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const start = (): void => {
      signal?.removeEventListener('abort', leave);
      resolve(undefined);
    };
    const leave = (): void => {
      this.#waiting.delete(start);
      reject(cancelled());
    };
    this.#waiting.add(start);
    signal?.addEventListener('abort', leave, { once: true });
    return promise;
  }

  /** The place goes straight to the next in line: nobody who comes meanwhile can take it. */
  #passOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

const cancelled = (): LikenessError => new LikenessError('cancelled', 'Stopped.');
