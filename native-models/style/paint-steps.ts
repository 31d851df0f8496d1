import { isDeepStrictEqual } from 'node:util';
import { LikenessError } from '../../contract/errors.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { Canvas } from './canvas.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { keepLuminance } from './color/luminance.ts';
import { pacedLevels } from './forecast.ts';
import { openObjective } from './objective/open.ts';
import { sceneAt } from './objective/scene.ts';
import { Pace } from './pace.ts';
import type { PaintingOrder, PaintingStep } from './painter.ts';
import { sameSize, type Picture } from './picture.ts';
import { planPainting, type PaintingPlan } from './plan.ts';
import { resample } from './pyramid/resample.ts';
import type { Level } from './schedule.ts';
import { startPicture } from './start.ts';

type Losses = Checkpoint['losses'][number];

/** As `Painter.paint` says. */
export async function* paintSteps(
  runtime: Runtime,
  order: PaintingOrder,
  checkpoint: Checkpoint | null,
): AsyncGenerator<PaintingStep, Picture, undefined> {
  const plan = planPainting(order);
  const { levels } = plan;
  const pace = new Pace(await pacedLevels(runtime, order, plan));
  const losses: Losses[] = [...(checkpoint?.losses ?? [])];
  let canvas = checkpoint === null ? begin(order, plan) : goOn(order, plan, checkpoint);
  // Of the canvas as it is when they are asked: one that held on to its canvas would keep that of the
  // former size in memory, as long as somebody keeps the step.
  const picture = () => finished(order, canvas);
  for (let level = checkpoint?.level ?? 0; level < levels.length; level++) {
    const { size, steps } = levels[level]!;
    const done = level === checkpoint?.level ? checkpoint.step : 0;
    if (!sameSize(canvas.size, size)) canvas = canvas.resized(levels[level]!);
    if (done === steps) continue;
    const objective = await openObjective(runtime, sceneAt(plan.scene, size));
    try {
      pace.enter(level, done);
      for (let step = done + 1; step <= steps; step++) {
        const evaluation = await canvas.step(objective, pace.next);
        losses.push(evaluation.losses);
        yield {
          ...{ ...pace.tick(), losses: evaluation.losses, picture },
          checkpoint: () => ({ settings: order.settings, level, step, losses, ...canvas.state() }),
        };
      }
    } finally {
      await objective.dispose();
    }
  }
  return picture();
}

function begin(order: PaintingOrder, { levels }: PaintingPlan): Canvas {
  const [{ size, steps }] = levels as [Level];
  const image = startPicture(order.start, order.content, size);
  return Canvas.start(image, order.settings.optimizer, steps);
}

function goOn(order: PaintingOrder, { levels }: PaintingPlan, checkpoint: Checkpoint): Canvas {
  const level = levels[checkpoint.level];
  const same = isDeepStrictEqual(checkpoint.settings, jsonOf(order.settings));
  const fits = level !== undefined && sameSize(level.size, checkpoint.image);
  if (same && fits && checkpoint.step <= level.steps) return Canvas.resume(checkpoint, level.steps);
  throw new LikenessError(
    'checkpoint_incompatible',
    'The saved state of the painting is of other settings or another photo. Start the painting anew.',
  );
}

/** As a file brings it back. */
const jsonOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What the canvas shows, with the colors that were asked for. */
function finished({ content, settings }: PaintingOrder, canvas: Canvas): Picture {
  const painted = canvas.result();
  if (settings.keepColors !== 'luminance') return painted;
  return keepLuminance(resample(content, painted), painted);
}
