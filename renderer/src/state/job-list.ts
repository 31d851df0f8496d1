/** Kinds of work that take long enough for somebody to do something else meanwhile. */
export type JobKind = 'import' | 'painting' | 'measurement' | 'adoption' | 'download' | 'check';

export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: 'running' | 'stopping';
  /** From 0 to 1; undefined while it is not known. */
  readonly share: number | undefined;
  /** Seconds; undefined until that can be told. */
  readonly secondsLeft: number | undefined;
  readonly stop: () => void;
}

export interface Amount {
  readonly done: number;
  readonly total?: number | undefined;
  /** Where the work itself knows better than its pace so far. */
  readonly secondsLeft?: number | undefined;
}

/** Before that the pace is not known: models load, caches fill. */
const SETTLED_MS = 3_000;
const SETTLED_SHARE = 0.03;

/**
 * Seconds left by the pace since the first report, so that one slow photo does not make minutes of
 * seconds. Begins anew where another stage counts from the start.
 */
export class Pace {
  #first: { readonly done: number; readonly at: number } | undefined;
  #last = 0;

  /** @param now milliseconds */
  secondsLeft({ done, total }: Amount, now: number): number | undefined {
    if (this.#first === undefined || done < this.#last) this.#first = { done, at: now };
    this.#last = done;
    if (total === undefined || total <= 0) return undefined;
    const [advanced, elapsed] = [done - this.#first.done, now - this.#first.at];
    if (elapsed < SETTLED_MS || advanced < total * SETTLED_SHARE) return undefined;
    return ((elapsed / advanced) * (total - done)) / 1000;
  }
}

/** All long work under way, the oldest first. */
export class JobList {
  readonly #changed: (all: readonly Job[]) => void;
  readonly #paces = new Map<string, Pace>();
  #all: readonly Job[] = [];

  constructor(changed: (all: readonly Job[]) => void) {
    this.#changed = changed;
  }

  /** Begins a job; where it is there already, nothing changes. */
  begin(id: string, kind: JobKind, stop: () => void): void {
    if (this.#all.some((job) => job.id === id)) return;
    const unknown = { share: undefined, secondsLeft: undefined };
    this.#paces.set(id, new Pace());
    this.#set([...this.#all, { id, kind, state: 'running', stop, ...unknown }]);
  }

  /** @param now milliseconds */
  report(id: string, amount: Amount, now: number): void {
    const { done, total } = amount;
    const share = total === undefined || total <= 0 ? undefined : Math.min(1, done / total);
    const byPace = this.#paces.get(id)?.secondsLeft(amount, now);
    this.#change(id, { share, secondsLeft: amount.secondsLeft ?? byPace });
  }

  stopping(id: string): void {
    this.#change(id, { state: 'stopping' });
  }

  /** Gives the job that was under way. */
  end(id: string): Job | undefined {
    const ended = this.#all.find((job) => job.id === id);
    this.#paces.delete(id);
    if (ended !== undefined) this.#set(this.#all.filter((job) => job !== ended));
    return ended;
  }

  #change(id: string, news: Partial<Job>): void {
    if (!this.#paces.has(id)) return;
    this.#set(this.#all.map((job) => (job.id === id ? { ...job, ...news } : job)));
  }

  #set(all: readonly Job[]): void {
    this.#all = all;
    this.#changed(all);
  }
}

export type WorkState = 'idle' | 'running' | 'stopping';

/** Of work that runs several times at once: idle when the last run is over. */
export function stateOf(runs: readonly { readonly signal: AbortSignal }[]): WorkState {
  if (runs.length === 0) return 'idle';
  return runs.every(({ signal }) => signal.aborted) ? 'stopping' : 'running';
}
