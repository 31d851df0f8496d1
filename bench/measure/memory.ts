import { processTree } from '../../e2e/support/hosts.ts';
import { median } from './timing.ts';

/** Resident MB of one process, sample after sample. */
export interface MemoryTrace {
  readonly pid: number;
  readonly what: string;
  readonly samples: readonly number[];
}

/** Notes the resident memory of processes and of all that they start, every so often. */
export class MemoryWatch {
  readonly #traces = new Map<number, { what: string; samples: number[] }>();
  readonly #timer: NodeJS.Timeout;

  constructor(roots: readonly number[], everyMs: number) {
    this.#timer = setInterval(() => {
      this.#look(roots);
    }, everyMs);
  }

  /** Ends the watch; gives the processes that lived all the while. */
  stop(): MemoryTrace[] {
    clearInterval(this.#timer);
    const most = Math.max(0, ...[...this.#traces.values()].map(({ samples }) => samples.length));
    return [...this.#traces]
      .map(([pid, trace]) => ({ pid, ...trace }))
      .filter(({ samples }) => samples.length === most);
  }

  #look(roots: readonly number[]): void {
    for (const { pid, resident, command } of roots.flatMap(processTree)) {
      const trace = this.#traces.get(pid) ?? { what: nameOf(command), samples: [] };
      this.#traces.set(pid, trace);
      trace.samples.push(resident / 1e6);
    }
  }
}

/** What a process is, by its command line. */
export function nameOf(command: string): string {
  if (command.includes('host.js')) return 'model host';
  if (command.includes('cli.js')) return 'server';
  const type = /--type=(\S+)/u.exec(command)?.[1];
  const service = /--utility-sub-type=(\S+)/u.exec(command)?.[1]?.split('.').at(-1);
  return type === undefined ? 'browser' : `browser: ${service ?? type}`;
}

/** Share by which memory grew: the median of the last third over that of the first. */
export function growthOf(samples: readonly number[]): number {
  const third = Math.ceil(samples.length / 3);
  return median(samples.slice(-third)) / median(samples.slice(0, third)) - 1;
}
