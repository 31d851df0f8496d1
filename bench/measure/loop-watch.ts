// Process: the server under test, ahead of its own main. Says how long its event loop stood still.
import { readFileSync } from 'node:fs';

const TICK = 5;

/**
 * Of the longest times between two turns of the loop, in milliseconds. What counts as blocked is the
 * time on the processor: the rest is the machine's, which did not let the thread run.
 */
export interface LoopReport {
  readonly longestBlockMs: number;
  readonly longestGapMs: number;
  /** The most memory that was ever resident, 10⁶ bytes; 0 where the system does not say. */
  readonly peakMb: number;
}

let [blocked, gap] = [0, 0];
let [at, cpu] = [performance.now(), onProcessor()];
setInterval(() => {
  const [now, used] = [performance.now(), onProcessor()];
  gap = Math.max(gap, now - at - TICK);
  blocked = Math.max(blocked, used - cpu);
  [at, cpu] = [now, used];
}, TICK).unref();

process.on('message', (message) => {
  if (message === 'begin') {
    [blocked, gap] = [0, 0];
    [at, cpu] = [performance.now(), onProcessor()];
  }
  const report: LoopReport = { longestBlockMs: blocked, longestGapMs: gap, peakMb: peakMb() };
  process.send!(report);
});
process.channel!.unref();

function onProcessor(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function peakMb(): number {
  if (process.platform !== 'linux') return 0;
  const status = readFileSync('/proc/self/status', 'utf8');
  return (Number(/VmHWM:\s+(\d+)/u.exec(status)?.[1] ?? 0) * 1024) / 1e6;
}
