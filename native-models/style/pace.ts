import { pyramidSizes, type Size } from './picture.ts';

/** One size of the pyramid and the steps that are painted at it. */
export interface Level {
  readonly size: Size;
  readonly steps: number;
}

/**
 * The sizes to paint at, coarse to fine. The first, cheapest one takes the given steps and decides
 * what is where; each later one refines, and takes √2 times fewer.
 *
 * @param shortest neither side of any size may be shorter, in pixels
 * @throws LikenessError image_too_small
 */
export function scheduleOf(content: Size, steps: number, shortest: number): readonly Level[] {
  const longerSide = Math.max(content.width, content.height);
  return pyramidSizes(content, { longerSide, shortest }).map((size, level) => ({
    size,
    steps: Math.max(1, Math.round(steps / Math.SQRT2 ** level)),
  }));
}

/** One size of a painting, and what it costs. */
export interface PacedLevel extends Pick<Level, 'steps'> {
  /** Seconds of one step, as predicted from its operations; only their proportions have to be right. */
  readonly secondsPerStep: number;
}

/** How far a painting is. */
export interface PaceReading {
  /** Counted over all sizes. */
  readonly step: number;
  readonly steps: number;
  /** Of all work, 0 to 1: late steps are larger than early ones. */
  readonly share: number;
  readonly secondsLeft: number;
}

/**
 * What opening a size costs beside its steps, in steps: its graphs are loaded, and the styles looked
 * at. Measured between 2 and 4 from 128 to 1024 pixels.
 */
const OPENING = 3;
/** What the prediction counts for beside what is measured, as a share of all work. */
const TRUST = 0.002;
/** Share of all work in which what is shown is simply what is reckoned: nobody counts on it yet. */
const SETTLING = 0.04;
/** Seconds after which a measurement counts for a third: a machine may become busier. */
const MEMORY = 20;
/**
 * Seconds over which what is shown comes to what is reckoned: downwards, which nobody minds, and upwards
 * at the least, and as a share of it.
 */
const DOWNWARDS = 3;
const UPWARDS = 6;
const UPWARDS_SHARE = 0.15;

/**
 * Counts steps over all sizes, and says how long the others will take. The cost of each size is known
 * beforehand, so one size says how fast all others will be; what is shown runs down like a clock and is
 * only drawn toward what is reckoned.
 */
export class PaintingPace {
  readonly #levels: readonly PacedLevel[];
  readonly #now: () => number;
  #level = -1;
  /** Steps done at this size, those before a resume included. */
  #done = 0;
  /** When the last step, or the opening of a size, was over, in milliseconds. */
  #at: number;
  /** Seconds that it took to open the size, until they are told with its first step. */
  #opened = 0;
  /** Seconds of steps, and what was predicted for them; the prediction itself is where they begin. */
  #measured: number;
  #predicted: number;
  #shown = 0;

  /** Begins to measure: what happens until the first step is the opening of its size. */
  constructor(levels: readonly PacedLevel[], now: () => number = () => performance.now()) {
    this.#levels = levels;
    this.#now = now;
    this.#at = now();
    this.#measured = this.#predicted = TRUST * workOf(levels);
  }

  /** The size is open, and its steps begin now; so many were done before. */
  enter(level: number, done: number): void {
    this.#level = level;
    this.#done = done;
    // To open a size is no measure of how fast its steps are.
    this.#opened = (this.#now() - this.#at) / 1000;
    this.#at += 1000 * this.#opened;
  }

  /** The number of the next step. */
  get next(): number {
    return countOf(this.#levels.slice(0, this.#level)) + this.#done + 1;
  }

  /** A step is done. */
  tick(): PaceReading {
    const step = this.next;
    this.#done++;
    const { secondsPerStep } = this.#levels[this.#level]!;
    const seconds = this.#measure(secondsPerStep) + this.#opened;
    this.#opened = 0;
    const left = this.#workLeft();
    const share = 1 - left / workOf(this.#levels);
    return {
      step,
      steps: countOf(this.#levels),
      share,
      secondsLeft: this.#show(left, seconds, share),
    };
  }

  /** Notes how long some work took; gives the seconds. */
  #measure(predicted: number): number {
    const now = this.#now();
    const seconds = (now - this.#at) / 1000;
    this.#at = now;
    const kept = Math.exp(-seconds / MEMORY);
    this.#measured = this.#measured * kept + seconds;
    this.#predicted = this.#predicted * kept + predicted;
    return seconds;
  }

  /** Predicted seconds of what is not done yet. */
  #workLeft(): number {
    const { steps, secondsPerStep } = this.#levels[this.#level]!;
    return (steps - this.#done) * secondsPerStep + workOf(this.#levels.slice(this.#level + 1));
  }

  #show(left: number, seconds: number, share: number): number {
    const reckoned = (left * this.#measured) / this.#predicted;
    const onTheClock = this.#shown - seconds;
    const calm = reckoned < onTheClock ? DOWNWARDS : Math.max(UPWARDS, UPWARDS_SHARE * reckoned);
    const pull = share < SETTLING || left === 0 ? 1 : 1 - Math.exp(-seconds / calm);
    this.#shown = Math.max(0, onTheClock + (reckoned - onTheClock) * pull);
    return this.#shown;
  }
}

const countOf = (levels: readonly PacedLevel[]): number =>
  levels.reduce((sum, { steps }) => sum + steps, 0);

/** Predicted seconds of so many sizes, their opening included. */
export const workOf = (levels: readonly PacedLevel[]): number =>
  levels.reduce((sum, { steps, secondsPerStep }) => sum + (steps + OPENING) * secondsPerStep, 0);
