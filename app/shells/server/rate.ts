import type { FastifyRateLimitStore } from '@fastify/rate-limit';

interface Window {
  current: number;
  readonly opened: number;
}

/** Clients that are counted at a time; beyond, the one that was seen first is forgotten. */
const MOST_CLIENTS = 5000;

/**
 * Counts requests on the clock of the process. The store that comes with the plugin asks the clock
 * of the machine: set back by an hour, it would refuse everyone for an hour.
 */
export class RateStore implements FastifyRateLimitStore {
  readonly #windows = new Map<string, Window>();

  incr(
    key: string,
    callback: (error: Error | null, result: { current: number; ttl: number }) => void,
    timeWindow: number,
  ): void {
    const now = performance.now();
    let window = this.#windows.get(key);
    if (window === undefined || now - window.opened >= timeWindow) {
      window = { current: 0, opened: now };
      this.#windows.delete(key);
      this.#windows.set(key, window);
      if (this.#windows.size > MOST_CLIENTS)
        this.#windows.delete(this.#windows.keys().next().value!);
    }
    window.current++;
    callback(null, { current: window.current, ttl: timeWindow - (now - window.opened) });
  }

  /** A route with a limit of its own counts for itself. */
  child(): RateStore {
    return new RateStore();
  }
}
