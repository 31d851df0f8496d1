import { float32 } from '../graph/tensor.ts';
import { openGraph } from '../runtime/graphs.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Scene } from './objective/scene.ts';
import { frameFor } from './objective/tiling.ts';
import { wholeGraph } from './objective/whole-graph.ts';
import { workOf } from './prediction/work.ts';
import type { NamedTensors } from '../runtime/tensor.ts';
import type { Graph } from '../graph/graph.ts';
import { concreteShape } from '../graph/specialize.ts';

/** Large enough that all cores have their share, small enough for a fraction of a second. */
const SIDE = 128;
const RUNS = 3;

const measured = new WeakMap<Runtime, Map<string, number>>();

/** 10⁹ operations per second of a step with this encoder on this machine; measured once. */
export async function speedOf(runtime: Runtime, scene: Scene): Promise<number> {
  const speeds = measured.get(runtime) ?? new Map<string, number>();
  measured.set(runtime, speeds);
  const { encoder, recipe } = scene;
  const size = { width: SIDE, height: SIDE };
  const groups = [{ weight: 1, masked: false }];
  const frame = frameFor(encoder, recipe, size);
  const graph = wholeGraph({ encoder, recipe, frame, groups, unitOf: () => 1 });
  const key = `${encoder.manifest.id} ${JSON.stringify(recipe)}`;
  const speed = speeds.get(key) ?? (await measure(runtime, graph));
  speeds.set(key, speed);
  return speed;
}

async function measure(runtime: Runtime, graph: Graph): Promise<number> {
  const session = await openGraph(runtime, graph);
  const feeds = someInputs(graph);
  const seconds: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const began = performance.now();
    await session.run(feeds);
    seconds.push((performance.now() - began) / 1000);
  }
  await session.dispose();
  return workOf(graph).flops / Math.min(...seconds) / 1e9;
}

function someInputs({ inputs }: Graph): NamedTensors {
  const filled = inputs.map((value) => {
    const shape = concreteShape(value);
    const length = shape.reduce((product, extent) => product * extent, 1);
    return [value.name, float32(shape, new Float32Array(length).fill(0.5))] as const;
  });
  return Object.fromEntries(filled);
}
