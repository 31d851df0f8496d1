import type { Runtime } from '../runtime/runtime.ts';
import { workOf, type PacedLevel } from './pace.ts';
import type { PaintingForecast, PaintingOrder } from './painter.ts';
import { planPainting, type PaintingPlan } from './plan.ts';
import { predictBytes, predictSeconds } from './prediction/predict.ts';
import { speedOf } from './speed.ts';
import { BASE_BYTES, workAt } from './workload.ts';

/** As `Painter.forecast` says. */
export async function forecastPainting(
  runtime: Runtime,
  order: PaintingOrder,
): Promise<PaintingForecast> {
  const plan = planPainting(order);
  const { levels, scene } = plan;
  const last = workAt(scene, levels.at(-1)!.size, order);
  return {
    steps: levels.reduce((sum, { steps }) => sum + steps, 0),
    tiles: last.tiles,
    memoryBytes: predictBytes(last.step, { baseBytes: BASE_BYTES, gigaflopsPerSecond: Infinity }),
    seconds: workOf(await pacedLevels(runtime, order, plan)),
  };
}

/** What each size of a painting costs on this machine; its speed is measured once. */
export async function pacedLevels(
  runtime: Runtime,
  order: PaintingOrder,
  { levels, scene }: PaintingPlan,
): Promise<readonly PacedLevel[]> {
  const gigaflopsPerSecond = await speedOf(runtime, scene);
  const machine = { baseBytes: BASE_BYTES, gigaflopsPerSecond };
  return levels.map(({ size, steps }) => ({
    steps,
    secondsPerStep: predictSeconds(workAt(scene, size, order).step, machine),
  }));
}
