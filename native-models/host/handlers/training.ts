import type { Handlers } from '../handler.ts';
import { trainEncoder } from '../training/train-encoder.ts';
import { trainTriplets } from '../training/train-triplets.ts';

export const trainingHandlers: Pick<Handlers, 'trainEncoder' | 'trainTriplets'> = {
  trainEncoder,
  trainTriplets,
};
