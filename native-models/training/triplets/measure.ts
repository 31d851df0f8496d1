import { accuracyAt, bestThreshold } from '../../evaluation/accuracy.ts';
import { distance } from '../../evaluation/compare.ts';
import { sortDistances, type Comparisons } from '../../evaluation/comparisons.ts';
import { RandomStream } from '../../../foundation/random.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { throughBadCamera } from '../augment/bad-camera.ts';
import { encodeExamples, type EncoderInput } from '../chips/encode-examples.ts';
import type { Example } from '../chips/example.ts';
import { EYES_APART, faceSide } from '../chips/face-chip.ts';
import { compareEncodings, separationOf, type Separation } from '../validation.ts';
import type { Camera } from './views.ts';

export interface Measured extends Separation {
  /** Share of right answers at the best threshold, both kinds of pair weighing the same. */
  readonly accuracy: number;
}

export interface MeasuredEncoder {
  /** Every photo against every other. */
  readonly clean: Measured | null;
  /** Photos of the bad camera against all other clean photos; null for a good camera. */
  readonly probes: Measured | null;
  /** What `clean` was worked out from. */
  readonly comparisons: Comparisons | null;
}

/** How well an encoder tells people apart. The bad camera's photos are the same for every encoder. */
export async function measureEncoder(
  runtime: Runtime,
  model: { readonly graph: Graph; readonly input: EncoderInput },
  examples: readonly Example[],
  { camera, seed }: { readonly camera: Camera; readonly seed: number },
): Promise<MeasuredEncoder> {
  const encode = (of: readonly Example[]) => encodeExamples(runtime, model.graph, model.input, of);
  const people = examples.map(({ person }) => person!);
  const clean = await encode(examples);
  const comparisons = compareEncodings(clean, people);
  if (comparisons === null) return { clean: null, probes: null, comparisons };
  const measured = { clean: summary(comparisons), comparisons };
  if (camera === 'good') return { ...measured, probes: null };
  const probes = await encode(examples.map((example, index) => degraded(example, seed, index)));
  return { ...measured, probes: summary(compareAcross(clean, probes, people)) };
}

const degraded = (example: Example, seed: number, index: number): Example => ({
  ...example,
  read: async () => {
    const wide = await example.read();
    const eyes = EYES_APART * faceSide(wide);
    return throughBadCamera(wide, eyes, new RandomStream(seed, 'camera', index));
  },
});

/** Every probe against every enrollment but that of the same photo. */
function compareAcross(
  enrolled: readonly Float32Array[],
  probes: readonly Float32Array[],
  people: readonly string[],
): Comparisons {
  const [mated, nonMated]: [number[], number[]] = [[], []];
  probes.forEach((probe, i) =>
    enrolled.forEach((enrollment, j) => {
      if (i !== j) (people[i] === people[j] ? mated : nonMated).push(distance(probe, enrollment));
    }),
  );
  return {
    mated: sortDistances(Float32Array.from(mated)),
    nonMated: sortDistances(Float32Array.from(nonMated)),
  };
}

function summary(comparisons: Comparisons): Measured {
  const accuracy = accuracyAt(comparisons, bestThreshold(comparisons));
  return { ...separationOf(comparisons), accuracy };
}
