import { signalOf } from './analysis.ts';
import type { Handler, Handlers } from './context.ts';
import { hostConfiguration } from './host-configuration.ts';

export const showGraph: Handler<'graph.show'> = ({ studio }, payload, call) =>
  studio.request('showGraph', payload, signalOf(call));

export const gradGraph: Handler<'graph.grad'> = ({ studio }, payload, call) =>
  studio.request('gradGraph', payload, signalOf(call));

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

export const studioHandlers = {
  'graph.show': showGraph,
  'graph.grad': gradGraph,
  'training.encoder': trainEncoder,
  'training.styleEncoder': trainStyleEncoder,
  'training.triplets': trainTriplets,
  'training.verifier': trainVerifier,
} satisfies Partial<Handlers>;
