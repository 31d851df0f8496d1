import { availableParallelism } from 'node:os';

/** Beyond this, every other logical processor is more often than not the second half of a core. */
const WITHOUT_HYPERTHREADS = 4;

/**
 * Threads within one operator: one per core. ONNX Runtime's own choice of the same number would pin
 * each thread to a core, and a pinned thread waits where another process has taken its core; not
 * pinned measured 1.3 times faster on a machine with other work.
 */
export function defaultThreads(processors = availableParallelism()): number {
  return processors <= WITHOUT_HYPERTHREADS ? processors : Math.ceil(processors / 2);
}
