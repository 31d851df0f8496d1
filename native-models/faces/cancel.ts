import { LikenessError } from '../../contract/errors.ts';

/** Between two steps: a run of a network cannot be interrupted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new LikenessError('cancelled', 'Stopped.');
}
