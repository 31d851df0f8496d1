import type { Handler } from './context.ts';

/** In the studio, so that recognition goes on meanwhile. */
export const trainEncoder: Handler<'training.encoder'> = ({ studio }, payload, call) =>
  studio.request('trainEncoder', payload, call);

export const trainTriplets: Handler<'training.triplets'> = ({ studio }, payload, call) =>
  studio.request('trainTriplets', payload, call);
