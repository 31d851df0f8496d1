import type { Progress } from '../../../app/contract/values.ts';
import { CallError, type CallOptions } from '../api.ts';

export type WorkState = 'idle' | 'running' | 'stopping';

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
  #abort: AbortController | undefined;

  get state(): WorkState {
    return this.#state;
  }

  get running(): boolean {
    return this.#state !== 'idle';
  }

  get progress(): Progress | undefined {
    return this.#progress;
  }

  readonly stop = (): void => {
    if (this.#state !== 'running') return;
    this.#state = 'stopping';
    this.#abort?.abort();
  };

  report(progress: Progress): void {
    this.#progress = progress;
  }

  /**
   * Runs one task at a time. Gives its result, or undefined where it was stopped.
   *
   * @throws CallError
   */
  async run<T>(task: (options: Required<CallOptions>) => Promise<T>): Promise<T | undefined> {
    const end = busy.begin();
    const abort = new AbortController();
    this.#abort = abort;
    this.#progress = undefined;
    this.#state = 'running';
    try {
      return await task({
        signal: abort.signal,
        onProgress: (progress) => this.report(progress),
      });
    } catch (error) {
      if (error instanceof CallError && error.code === 'cancelled') return undefined;
      throw error;
    } finally {
      this.#state = 'idle';
      end();
    }
  }
}
