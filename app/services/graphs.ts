import { signalOf } from './analysis.ts';
import type { Handler } from './context.ts';

export const showGraph: Handler<'graph.show'> = ({ host }, payload, call) =>
  host.request('showGraph', payload, signalOf(call));

export const gradGraph: Handler<'graph.grad'> = ({ host }, payload, call) =>
  host.request('gradGraph', payload, signalOf(call));
