import type { Graph } from '../../../graph/graph.ts';
import { withGraph } from '../../../runtime/runtime.ts';
import type { NamedTensors, Session } from '../../../runtime/session.ts';
import { middleCut } from './cuts.ts';
import { targetName } from './loss.ts';
import type { LayerAgreement, StyleDistillationTask } from './task.ts';
import { feedOf } from './teacher.ts';

/** Compares the student with the teacher on the middles of the pictures for validation. */
export async function agreementOf(
  task: StyleDistillationTask,
  teacher: Session,
  student: Graph,
): Promise<readonly LayerAgreement[]> {
  const { runtime, validation, settings, shape } = task;
  const sums = new Map(shape.taught.map((layer) => [layer, new Deviation()]));
  await withGraph(runtime, student, async (session) => {
    for (const picture of validation) {
      const cut = middleCut(picture, settings.side);
      const wanted = await teacher.run(feedOf(task.teacher.manifest, cut));
      const said = await session.run(feedOf(task, cut));
      for (const [layer, deviation] of sums)
        deviation.add(said[layer]!, wanted[targetName(layer)]!);
    }
  });
  return [...sums].map(([layer, deviation]) => ({ layer, ...deviation.result() }));
}

class Deviation {
  #apart = 0;
  #energy = 0;
  #gram = 0;
  #count = 0;

  add(said: NamedTensors[string], wanted: NamedTensors[string]): void {
    const [a, b] = [said.data as Float32Array, wanted.data as Float32Array];
    for (let i = 0; i < a.length; i++) {
      this.#apart += (a[i]! - b[i]!) ** 2;
      this.#energy += b[i]! ** 2;
    }
    const channels = wanted.shape[1] as number;
    this.#gram += relativeDistance(gramOf(a, channels), gramOf(b, channels));
    this.#count++;
  }

  result(): Omit<LayerAgreement, 'layer'> {
    return { features: this.#apart / this.#energy, gram: this.#gram / this.#count };
  }
}

export function relativeDistance(a: Float64Array, b: Float64Array): number {
  let [apart, energy] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    apart += (a[i]! - b[i]!) ** 2;
    energy += b[i]! ** 2;
  }
  return energy > 0 ? apart / energy : 0;
}

/** Σ over positions of F Fᵀ, for activations [1, C, H, W]; the lower half stands for both. */
export function gramOf(data: Float32Array, channels: number): Float64Array {
  const area = data.length / channels;
  const gram = new Float64Array(channels * channels);
  for (let row = 0; row < channels; row++)
    for (let column = 0; column <= row; column++) {
      const [x, y] = [row * area, column * area];
      let sum = 0;
      for (let i = 0; i < area; i++) sum += data[x + i]! * data[y + i]!;
      gram[row * channels + column] = sum * (row === column ? 1 : Math.SQRT2);
    }
  return gram;
}
