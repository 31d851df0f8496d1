import { totalmem } from 'node:os';
import type { Runtime } from '../runtime/runtime.ts';
import { wholeGraph } from './objective/whole-graph.ts';
import type { PaintingForecast, PaintingOrder } from './painter.ts';
import { areaOf } from './picture.ts';
import { planPainting, type PaintingPlan } from './plan.ts';
import { predictBytes, predictSeconds } from './prediction/predict.ts';
import { workOf } from './prediction/work.ts';
import type { Level } from './schedule.ts';
import { speedOf } from './speed.ts';

/** Resident bytes of the studio with its libraries, before it paints (measured). */
const BASE_BYTES = 130e6;

/** As `Painter.forecast` says. */
export async function forecastPainting(
  runtime: Runtime,
  order: PaintingOrder,
): Promise<PaintingForecast> {
  const plan = planPainting(order);
  const machine = {
    baseBytes: BASE_BYTES,
    gigaflopsPerSecond: await speedOf(runtime, plan.scene),
  };
  const last = plan.levels.at(-1)!;
  const step = stepAt(plan, last, order);
  const pixelSteps = plan.levels.reduce((sum, { size, steps }) => sum + areaOf(size) * steps, 0);
  return {
    tiles: 1,
    memoryBytes: predictBytes(step, machine),
    seconds: (predictSeconds(step, machine) * pixelSteps) / areaOf(last.size),
  };
}

function stepAt({ scene }: PaintingPlan, { size }: Level, order: PaintingOrder) {
  const { encoder, recipe, groups } = scene;
  const graph = wholeGraph({
    ...{ encoder, recipe, size },
    groups: groups.map(({ weight, mask }) => ({ weight, masked: mask !== null })),
    unitOf: () => 1,
  });
  return {
    passes: [{ work: workOf(graph), runs: 1 }],
    picture: size,
    optimiser: order.settings.optimizer,
    pictures: 4,
  };
}

/** What a painting may take where the settings do not say. */
export const customaryBudget = (): number => totalmem() / 2;
