import { Runtime } from '../../runtime/runtime.ts';
import type { OpenModel } from '../import/prove-model.ts';

const runtime = new Runtime({ provider: 'cpu' });

/** The runtime itself, on the CPU. */
export const openOnCpu: OpenModel = (bytes, name) => runtime.open({ bytes, name });
