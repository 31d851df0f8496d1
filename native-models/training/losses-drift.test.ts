import { expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { float32 } from '../graph/tensor.ts';
import { operators } from '../ops/registry.ts';
import { withGraph, Runtime } from '../runtime/runtime.ts';
import { driftLoss } from './losses.ts';

const before = [1, 0, 0, 1, 0, 1];

async function drift(rows: readonly number[], shares: readonly number[]): Promise<number> {
  const builder = new GraphBuilder('drift', operators);
  const constant = (columns: number, values: readonly number[]) =>
    builder.constant(float32([3, columns], values));
  const encodings = builder.input('rows', 'float32', [3, 2]);
  const { loss } = driftLoss(builder, encodings, constant(2, before), constant(1, shares));
  const runtime = new Runtime({ provider: 'cpu', threads: 1 });
  return withGraph(runtime, builder.build({ loss }), async (session) => {
    const { loss: result } = await session.run({ rows: float32([3, 2], rows) });
    return Number(result!.data[0]);
  });
}

it('is the mean of 1 − cos of the rows that have a share, whatever their length', async () => {
  // 45° off, at right angles, where it was.
  const rows = [3, 3, 2, 0, 0, 5];
  expect(await drift(rows, [0.5, 0, 0.5])).toBeCloseTo((1 - Math.SQRT1_2) / 2, 6);
  expect(await drift(rows, [0, 1, 0])).toBeCloseTo(1, 6);
  expect(await drift(rows, [0, 0, 1])).toBeCloseTo(0, 6);
});
