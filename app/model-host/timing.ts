import type { HostMethod } from '../../native-models/host/protocol.ts';

/** Milliseconds that a client waits before it does something about a host. */
export interface HostTiming {
  /** From the start of the process to its `ready`. */
  readonly start: number;
  /** From a cancellation to the answer; then the process is ended. */
  readonly cancelGrace: number;
  /** From a request to leave to its end. */
  readonly shutdownGrace: number;
  /** Pause before the second restart in a row without a result between; it doubles each time. */
  readonly firstBackOff: number;
  readonly longestBackOff: number;
  readonly request: Readonly<Record<HostMethod, number>>;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const defaultTiming: HostTiming = {
  start: 20 * SECOND,
  cancelGrace: 5 * SECOND,
  shutdownGrace: 3 * SECOND,
  firstBackOff: 0.25 * SECOND,
  longestBackOff: 10 * SECOND,
  request: {
    warmUp: MINUTE,
    analyse: 2 * MINUTE,
    track: 20 * SECOND,
    endTrack: 20 * SECOND,
    galleryLoad: MINUTE,
    galleryAdd: MINUTE,
    galleryRemove: MINUTE,
    gallerySearch: MINUTE,
    proveProviders: 2 * MINUTE,
    listModels: MINUTE,
    verifyModels: 2 * MINUTE,
    // Downloads have time-outs of their own, on silence.
    fetchModel: Infinity,
    importModel: 2 * MINUTE,
  },
};

/** Pause before the next start, by the number of starts in a row that ended in a crash. */
export function backOff(crashes: number, timing: HostTiming): number {
  if (crashes < 2) return 0;
  return Math.min(timing.longestBackOff, timing.firstBackOff * 2 ** (crashes - 2));
}
