import { expect, test } from 'vitest';
import { RandomStream } from '../../foundation/random.ts';
import { float32 } from '../graph/tensor.ts';
import { writeOnnx } from '../onnx/write.ts';
import { operators } from '../ops/registry.ts';
import { graphOf, openGraph, Runtime } from '../runtime/runtime.ts';
import { compactEncoder } from '../training/encoder-by-triplets/compact-encoder.ts';
import { inFullPrecision, inHalfPrecision } from './half-precision.ts';
import { learnedConstants } from '../training/parameters.ts';

const encoder = compactEncoder({ side: 16, channels: [16, 16], dimension: 8, seed: 1 });
const halves = graphOf(writeOnnx(inHalfPrecision(encoder)), operators);

test('half of the bytes give nearly the same encodings', async () => {
  const runtime = new Runtime({ provider: 'cpu', threads: 1 });
  const random = new RandomStream(1, 'image');
  const image = float32(
    [1, 3, 16, 16],
    Float32Array.from({ length: 768 }, () => random.normal()),
  );
  const run = async (graph: typeof encoder) => {
    const session = await openGraph(runtime, graph);
    const { encoding } = await session.run({ image });
    await session.dispose();
    return [...(encoding!.data as Float32Array)];
  };
  const [exact, rounded] = [await run(encoder), await run(halves)];

  const deviation = Math.hypot(...exact.map((value, i) => value - rounded[i]!));
  expect(deviation).toBeGreaterThan(0);
  expect(deviation / Math.hypot(...exact)).toBeLessThan(3e-3);
  expect(writeOnnx(halves).length).toBeLessThan(0.65 * writeOnnx(encoder).length);
});

test('what was stored in halves can be trained again, under the same names', () => {
  expect(learnedConstants(halves)).not.toEqual(learnedConstants(encoder));
  expect(learnedConstants(inFullPrecision(halves))).toEqual(learnedConstants(encoder));
});
