import { signalOf } from './analysis.ts';
import type { Handler } from './context.ts';

export const showGraph: Handler<'graph.show'> = ({ studio }, payload, call) =>
  studio.request('showGraph', payload, signalOf(call));

export const gradGraph: Handler<'graph.grad'> = ({ studio }, payload, call) =>
  studio.request('gradGraph', payload, signalOf(call));
