import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { float32 } from '../graph/tensor.ts';
import { conv } from '../ops/convolution.ts';
import { operators } from '../ops/registry.ts';
import { reshape } from '../ops/shapes.ts';
import { writeOnnx } from '../onnx/write.ts';
import { openOnCpu } from './testing/open-model.ts';
import { freeBatch } from './free-batch.ts';

/** [1, 1, 4, 4] to [1, 18], as an exporter writes a flatten of one picture. */
function fixedNetwork(): Uint8Array {
  const builder = new GraphBuilder('fixed', operators);
  const x = builder.input('x', 'float32', [1, 1, 4, 4]);
  const weights = Float32Array.from({ length: 18 }, (_, i) => Math.cos(i));
  const y = conv(builder, x, builder.constant(float32([2, 1, 3, 3], weights)), {
    pads: [0, 0, 1, 1],
  });
  return new Uint8Array(writeOnnx(builder.build({ y: reshape(builder, y, [1, -1]) })));
}

const pictures = Float32Array.from({ length: 3 * 16 }, (_, i) => Math.sin(i * i));

test('a network for one picture becomes one for any number, with the same values', async () => {
  const fixed = await openOnCpu(fixedNetwork(), 'fixed');
  const free = await openOnCpu(freeBatch(fixedNetwork()), 'free');
  expect(free.inputs[0]?.shape).toEqual(['batch', 1, 4, 4]);
  const together = (await free.run({ x: float32([3, 1, 4, 4], pictures) }))['y']!;
  expect(together.shape).toEqual([3, 18]);
  for (let i = 0; i < 3; i++) {
    const picture = pictures.slice(i * 16, (i + 1) * 16);
    const alone = (await fixed.run({ x: float32([1, 1, 4, 4], picture) }))['y']!;
    expect(together.data.slice(i * 18, (i + 1) * 18)).toEqual(alone.data);
  }
  await Promise.all([fixed.dispose(), free.dispose()]);
});
