import type { Handlers } from '../handler.ts';
import { trainEncoder } from '../training/train-encoder.ts';

export const trainingHandlers: Pick<Handlers, 'trainEncoder'> = { trainEncoder };
