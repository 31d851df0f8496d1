import type { HostMethod } from '../../contract/host.ts';

/** Milliseconds that a client waits before it does something about a host. */
export interface Patience {
  /** From launch to `ready`. */
  readonly startMs: number;
  /** From a cancellation to the host's answer; then the process is killed. */
  readonly cancelMs: number;
  /** From a request to leave to the exit; then the process is killed. */
  readonly shutdownMs: number;
  /** For a request that names no time of its own; infinite where the method watches itself. */
  readonly requestMs: (method: HostMethod) => number;
}

const MINUTE = 60_000;

/** A download gives up by itself when nothing comes any more; the others tell of every step. */
const unhurried: ReadonlySet<HostMethod> = new Set([
  'fetchModel',
  'paint',
  'stopPainting',
  'trainEncoder',
  'trainTriplets',
  'trainStyleEncoder',
  'trainVerifier',
]);

export const defaultPatience: Patience = {
  startMs: 20_000,
  cancelMs: 10_000,
  shutdownMs: 2000,
  requestMs: (method) => (unhurried.has(method) ? Infinity : 2 * MINUTE),
};

/** Pause before a start, by the number of processes in a row that died before they answered. */
export const backOff = (failures: number): number =>
  failures === 0 ? 0 : Math.min(5000, 100 * 2 ** (failures - 1));
