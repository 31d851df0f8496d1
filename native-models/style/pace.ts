import { areaOf } from './picture.ts';
import type { Level } from './schedule.ts';

/** Counts steps over all sizes, and says from the last ones how long the others will take. */
export class Pace {
  readonly #levels: readonly Level[];
  readonly #now: () => number;
  #level = -1;
  /** Steps done at this size, those before a resume included. */
  #done = 0;
  #timed = 0;
  #since = 0;

  constructor(levels: readonly Level[], now: () => number = () => performance.now()) {
    this.#levels = levels;
    this.#now = now;
  }

  /** Steps at this size begin now; so many were done before. */
  enter(level: number, done: number): void {
    this.#level = level;
    this.#done = done;
    this.#timed = 0;
    this.#since = this.#now();
  }

  /** The number of the next step. */
  get next(): number {
    return countOf(this.#levels.slice(0, this.#level)) + this.#done + 1;
  }

  /** A step is done. */
  tick(): { readonly step: number; readonly steps: number; readonly secondsLeft: number } {
    const step = this.next;
    this.#done++;
    this.#timed++;
    return { step, steps: countOf(this.#levels), secondsLeft: this.#secondsLeft() };
  }

  /** A step takes time in proportion to its pixels, near enough. */
  #secondsLeft(): number {
    const { size, steps } = this.#levels[this.#level]!;
    const later = this.#levels.slice(this.#level + 1);
    const pixels = later.reduce((sum, level) => sum + level.steps * areaOf(level.size), 0);
    const left = steps - this.#done + pixels / areaOf(size);
    return (left * (this.#now() - this.#since)) / 1000 / this.#timed;
  }
}

const countOf = (levels: readonly Level[]): number =>
  levels.reduce((sum, { steps }) => sum + steps, 0);
