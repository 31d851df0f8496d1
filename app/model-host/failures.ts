import type { HostMethod } from '../../contract/host.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { HostExit } from './launcher.ts';

/** The errors that the client of a host gives by itself; all others come from the host. */

export const cancelled = (): LikenessError => new LikenessError('cancelled', 'Stopped.');

export function startFailed(reason: string, exit?: HostExit): LikenessError {
  return new LikenessError(
    'host_start_failed',
    `The model process did not come up. ${reason} Run \`likeness doctor\` to see what is missing.`,
    { details: { ...exit } },
  );
}

export const startFailedWith = (exit: HostExit): LikenessError =>
  startFailed(describeExit(exit), exit);

export function crashed(method: HostMethod, exit: HostExit): LikenessError {
  return new LikenessError(
    'host_crashed',
    `The model process died during "${method}". ${describeExit(exit)} ` +
      'It will be started again: try once more.',
    { details: { method, ...exit } },
  );
}

export function timedOut(method: HostMethod, timeoutMs: number): LikenessError {
  return new LikenessError(
    'host_timeout',
    `The model process did not finish "${method}" within ${timeoutMs} ms. ` +
      'Try again, or with a smaller picture.',
    { details: { method, timeoutMs } },
  );
}

export function describeExit({ code, signal }: HostExit): string {
  if (signal !== null) return `It was ended by ${signal}.`;
  return code === null ? 'It could not be started.' : `It ended with exit code ${code}.`;
}
