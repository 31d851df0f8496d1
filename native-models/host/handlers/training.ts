import type { Handlers } from '../handler.ts';
import { trainEncoder } from '../training/train-encoder.ts';
import { trainStyleEncoder } from '../training/train-style-encoder.ts';
import { trainTriplets } from '../training/train-triplets.ts';
import { trainVerifier } from '../training/train-verifier.ts';

export const trainingHandlers: Pick<
  Handlers,
  'trainEncoder' | 'trainStyleEncoder' | 'trainTriplets' | 'trainVerifier'
> = { trainEncoder, trainStyleEncoder, trainTriplets, trainVerifier };
