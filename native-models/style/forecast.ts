import type { Runtime } from '../runtime/runtime.ts';
import type { PaintingForecast, PaintingOrder } from './painter.ts';
import { planPainting } from './plan.ts';
import { predictBytes, predictSeconds } from './prediction/predict.ts';
import { speedOf } from './speed.ts';
import { BASE_BYTES, workAt } from './workload.ts';

/** As `Painter.forecast` says. */
export async function forecastPainting(
  runtime: Runtime,
  order: PaintingOrder,
): Promise<PaintingForecast> {
  const { levels, scene } = planPainting(order);
  const gigaflopsPerSecond = await speedOf(runtime, scene);
  const machine = { baseBytes: BASE_BYTES, gigaflopsPerSecond };
  const works = levels.map(({ size, steps }) => ({ steps, ...workAt(scene, size, order) }));
  const last = works.at(-1)!;
  return {
    tiles: last.tiles,
    memoryBytes: predictBytes(last.step, machine),
    seconds: works.reduce((sum, { steps, step }) => sum + steps * predictSeconds(step, machine), 0),
  };
}
