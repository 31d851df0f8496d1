import { LikenessError } from '../../app/contract/errors.ts';

/** Runs tasks in the order in which they came, at most so many at once. */
export class Queue {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Throws `cancelled` where the signal aborts before the task's turn; later the task decides. */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn();
    try {
      if (signal?.aborted === true) throw new LikenessError('cancelled', 'Stopped.');
      return await task();
    } finally {
      this.#passOn();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#most) this.#running++;
    else await new Promise<void>((resume) => this.#waiting.push(resume));
  }

  /** The place goes straight to the next in line: nobody who comes meanwhile can take it. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
