import type { Handler } from './context.ts';
import { hostConfiguration } from './host-configuration.ts';

/** In the studio, so that recognition goes on meanwhile. */
export const trainEncoder: Handler<'training.encoder'> = ({ studio }, payload, call) =>
  studio.request('trainEncoder', payload, call);

export const trainTriplets: Handler<'training.triplets'> = ({ studio }, payload, call) =>
  studio.request('trainTriplets', payload, call);

export const trainStyleEncoder: Handler<'training.styleEncoder'> = ({ studio }, payload, call) =>
  studio.request('trainStyleEncoder', payload, call);

/** The recognition host is started anew, so that it judges by what was learned. */
export const trainVerifier: Handler<'training.verifier'> = async (context, payload, call) => {
  const { store, host, studio, configuration } = context;
  const result = await studio.request('trainVerifier', payload, call);
  if (host.state.kind === 'ready' || studio === host)
    await host.reconfigure(hostConfiguration(store, configuration));
  return result;
};
