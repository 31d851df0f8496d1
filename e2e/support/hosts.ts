import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Resident bytes. */
  readonly resident: number;
  readonly command: string;
}

/** A process and all that it started, directly or not. */
export function processTree(root: number): Process[] {
  const all = processes();
  const found = new Set([root]);
  // A child may be listed before its parent where numbers have wrapped.
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => found.has(pid));
}

const processes = (): Process[] =>
  process.platform === 'linux' ? processesOfProc() : processesOfPs();

/** Small systems have no `ps`. */
function processesOfProc(): Process[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  return numbers.flatMap((name) => {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      const field = (key: string): number =>
        Number(new RegExp(`^${key}:\\s+(\\d+)`, 'mu').exec(status)?.[1] ?? 0);
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const resident = field('VmRSS') * 1024;
      return { pid: Number(name), parent: field('PPid'), resident, command };
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

function processesOfPs(): Process[] {
  const text = execFileSync('ps', ['-ww', '-e', '-o', 'pid=,ppid=,rss=,args='], {
    encoding: 'utf8',
  });
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, kibibytes, command] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/u.exec(line) ?? [];
    if (command === undefined) return [];
    return {
      pid: Number(pid),
      parent: Number(parent),
      resident: Number(kibibytes) * 1024,
      command,
    };
  });
}

/** The model hosts that a server has started. */
export const modelHosts = (server: number): Process[] =>
  processTree(server).filter(({ pid, command }) => pid !== server && command.includes('host.js'));
