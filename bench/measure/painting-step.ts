import type { ModelSource, OrtSession } from '../../native-models/runtime/session.ts';
import { Runtime } from '../../native-models/runtime/runtime.ts';
import { Canvas } from '../../native-models/style/paint.ts';
import type { StyleEncoder } from '../../native-models/style/encoder.ts';
import { groupStyles, type Scene } from '../../native-models/style/objective/scene.ts';
import { openObjective } from '../../native-models/style/objective/open.ts';
import { frameFor } from '../../native-models/style/objective/tiling.ts';
import { wholeGraph } from '../../native-models/style/objective/whole.ts';
import { blankPicture, type Picture } from '../../native-models/style/picture.ts';
import { costOf } from '../../native-models/style/forecast.ts';
import { RandomStream } from '../../foundation/random.ts';
import { recipeFor } from '../../native-models/style/painter.ts';

/** Opens models as the studio does, and adds up the milliseconds that they run. */
class StopwatchRuntime extends Runtime {
  spent = 0;

  constructor() {
    super({ provider: 'cpu', memoryPattern: false });
  }

  override async open(source: ModelSource): Promise<OrtSession> {
    const session = await super.open(source);
    const run: OrtSession['run'] = async (inputs) => {
      const began = performance.now();
      const outputs = await session.run(inputs);
      this.spent += performance.now() - began;
      return outputs;
    };
    const { provider, inputs, outputs } = session;
    return { provider, inputs, outputs, run, dispose: () => session.dispose() };
  }
}

export interface PaintingStepWork {
  /** One step of a painting as the product makes it, with Adam. */
  readonly run: () => Promise<void>;
  /** Convolutions and matrix products of a step. */
  readonly flops: number;
  /** Share of the time of all steps so far in which the graph was not run. */
  readonly outsideShare: () => number;
  readonly dispose: () => Promise<void>;
}

/** A square painting of this side, from noise and with the recipe of the product. */
export async function paintingStep(encoder: StyleEncoder, side: number): Promise<PaintingStepWork> {
  const runtime = new StopwatchRuntime();
  const recipe = recipeFor(encoder, { styleStrength: 1 });
  const size = { width: side, height: side };
  const scene: Scene = {
    encoder,
    recipe,
    content: noise(side, 1),
    styleScale: 1,
    seed: 0,
    loss: 'gram',
    groups: groupStyles([{ picture: noise(side, 2), weight: 1, mask: null }]),
    largestCore: Infinity,
  };
  const objective = await openObjective(runtime, scene);
  const canvas = Canvas.start(noise(side, 3), 'adam', 100);
  const groups = [{ weight: 1, masked: false }];
  const frame = frameFor(encoder, recipe, size);
  runtime.spent = 0;
  let [step, total] = [0, 0];
  return {
    run: async () => {
      const began = performance.now();
      await canvas.step(objective, ++step);
      total += performance.now() - began;
    },
    flops: costOf(wholeGraph({ encoder, recipe, frame, groups, unitOf: () => 1 })).flops,
    outsideShare: () => 1 - runtime.spent / total,
    dispose: () => objective.dispose(),
  };
}

function noise(side: number, seed: number): Picture {
  const random = new RandomStream(seed, 'bench');
  const picture = blankPicture({ width: side, height: side });
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = random.uniform();
  return picture;
}
