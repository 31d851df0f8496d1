import type { Runtime } from '../runtime/runtime.ts';
import { forecastPainting } from './forecast.ts';
import type { Painter } from './painter.ts';
import { paintSteps } from './paint-steps.ts';

/** Paints by gradient descent through the order's encoder (Gatys, Ecker, Bethge 2016). */
export const createPainter = (runtime: Runtime): Painter => ({
  forecast: (order) => forecastPainting(runtime, order),
  paint: (order, checkpoint) => paintSteps(runtime, order, checkpoint),
});
