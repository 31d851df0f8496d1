import type { Handlers } from '../handler.ts';
import { trainEncoder } from '../training/train-encoder.ts';
import { trainTriplets } from '../training/train-triplets.ts';
import { trainVerifier } from '../training/train-verifier.ts';

export const trainingHandlers: Pick<Handlers, 'trainEncoder' | 'trainTriplets' | 'trainVerifier'> =
  { trainEncoder, trainTriplets, trainVerifier };
