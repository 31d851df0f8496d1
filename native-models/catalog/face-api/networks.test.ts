import { describe, expect, it } from 'vitest';
import type { Graph } from '../../graph/graph.ts';
import { specialize } from '../../graph/rewrite.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { countFlops } from '../../ops/flops.ts';
import { operators } from '../../ops/registry.ts';
import { RandomSource } from '../../ops/testing/random-source.ts';
import { Runtime } from '../../runtime/runtime.ts';
import type { OrtSession } from '../../runtime/session.ts';
import { faceApiNetworks } from './networks.ts';
import { buildNetwork } from './testing/build-network.ts';

const random = new RandomSource(5);

async function open(graph: Graph): Promise<OrtSession> {
  const bytes = writeOnnx(graph);
  return await new Runtime({ provider: 'cpu' }).open({ bytes, name: graph.name });
}

function pictures(batch: number, height: number, width: number): TensorOf<'float32'> {
  const values = Float32Array.from({ length: batch * 3 * height * width }, () => random.uniform());
  return float32([batch, 3, height, width], values);
}

describe('the networks of face-api', () => {
  it.each(faceApiNetworks.map(({ manifest }) => manifest))(
    '$id gives every picture of a batch what it gives it alone',
    async ({ id, input: { width, height } }) => {
      const session = await open((await buildNetwork(id)).graph);
      const batch = pictures(2, height, width);
      const second = batch.data.subarray(batch.data.length / 2);
      const together = await session.run({ image: batch });
      const alone = await session.run({ image: float32([1, 3, height, width], second) });
      for (const { name } of session.outputs) {
        const [ours, theirs] = [together[name]!, alone[name]!].map(
          ({ data }) => data as Float32Array,
        );
        const half = ours!.subarray(ours!.length / 2);
        const differences = half.map((value, index) => Math.abs(value - theirs![index]!));
        expect(Math.max(...differences)).toBeLessThan(1e-4);
      }
    },
  );

  it.each([
    [32, 32],
    [96, 160],
    [256, 192],
  ])('detector-tiny takes a picture of %i × %i', async (height, width) => {
    const { graph } = await buildNetwork('detector-tiny');
    const expected = [1, height / 32, width / 32, 25];
    const sized = specialize(graph, operators, { batch: 1, height, width });
    expect(sized.outputs[0]?.shape).toEqual(expected);
    const { grid } = await (await open(graph)).run({ image: pictures(1, height, width) });
    expect(grid?.shape).toEqual(expected);
  });

  it('encoder-resnet29 costs 0.54 GFLOP a face', async () => {
    const { graph } = await buildNetwork('encoder-resnet29');
    const one = countFlops(graph, operators, { batch: 1 });
    expect(one / 1e9).toBeCloseTo(0.542, 3);
    expect(countFlops(graph, operators, { batch: 8 })).toBe(8 * one);
  });
});
