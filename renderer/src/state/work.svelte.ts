import type { Progress } from '../../../contract/values.ts';
import { CallError, type CallOptions } from '../api.ts';
import { stateOf, type JobKind, type WorkState } from './job-list.ts';
import { jobs } from './jobs.svelte.ts';

export type { WorkState };

/** All work under way: closing the window asks once while there is some. */
class Busy {
  #count = 0;

  start(): void {
    addEventListener('beforeunload', (event) => {
      if (this.#count > 0) event.preventDefault();
    });
  }

  begin(): () => void {
    this.#count += 1;
    let open = true;
    return () => {
      if (open) this.#count -= 1;
      open = false;
    };
  }
}

export const busy = new Busy();

/** Something that takes a while: its progress, and its Stop. */
export class Work {
  #state = $state<WorkState>('idle');
  #progress = $state.raw<Progress>();
  #runs: readonly AbortController[] = [];
  #job: ReturnType<typeof jobs.begin> | undefined;

  get state(): WorkState {
    return this.#state;
  }

  get running(): boolean {
    return this.#state !== 'idle';
  }

  get progress(): Progress | undefined {
    return this.#progress;
  }

  /** Stops every run. */
  readonly stop = (): void => {
    for (const run of this.#runs) run.abort();
    this.#state = stateOf(this.#runs);
  };

  report(progress: Progress): void {
    this.#progress = progress;
    this.#job?.report(progress);
  }

  /**
   * Runs a task. Gives its result, or undefined where it was stopped. A run that begins while
   * another goes on does not end that one.
   *
   * @param kind of work that is shown on every screen and told of when it is done
   * @throws CallError
   */
  async run<T>(
    task: (options: Required<Omit<CallOptions, 'proof'>>) => Promise<T>,
    kind?: JobKind,
  ): Promise<T | undefined> {
    const end = busy.begin();
    const abort = new AbortController();
    const stop = () => {
      abort.abort();
      this.#state = stateOf(this.#runs);
    };
    const job = kind === undefined ? undefined : jobs.begin(kind, stop);
    abort.signal.addEventListener('abort', () => job?.stopping());
    this.#job = job;
    this.#runs = [...this.#runs, abort];
    this.#progress = undefined;
    this.#state = 'running';
    try {
      const result = await task({
        signal: abort.signal,
        onProgress: (progress) => {
          this.#progress = progress;
          job?.report(progress);
        },
      });
      job?.done();
      return result;
    } catch (error) {
      if (error instanceof CallError && error.code === 'cancelled') {
        job?.stopped();
        return undefined;
      }
      job?.failed(error);
      throw error;
    } finally {
      this.#runs = this.#runs.filter((run) => run !== abort);
      this.#state = stateOf(this.#runs);
      end();
    }
  }
}
