import { expect, test } from 'vitest';
import { RandomStream } from '../../foundation/random.ts';
import { float32 } from '../graph/tensor.ts';
import { operators } from '../ops/registry.ts';
import { withGraph, Runtime } from '../runtime/runtime.ts';
import type { NamedTensors } from '../runtime/session.ts';
import { compactEncoder } from './encoder-by-triplets/compact-encoder.ts';
import { cutAtFrozen } from './training-graph.ts';
import { blendValues, learnedConstants } from './parameters.ts';

const runtime = new Runtime({ provider: 'cpu', threads: 1 });
const model = compactEncoder({ side: 8, channels: [4, 6], dimension: 4, seed: 3 });

test('trunk and head, one after the other, say what the whole network says', async () => {
  const random = new RandomStream(1, 'picture');
  const pixels = Array.from({ length: 2 * 3 * 8 * 8 }, () => random.normal());
  const feeds: NamedTensors = { image: float32([2, 3, 8, 8], pixels) };
  const names = learnedConstants(model).filter((name) => !name.startsWith('stage1.'));
  const { trunk, head } = cutAtFrozen(model, names, operators);

  const whole = await withGraph(runtime, model, (session) => session.run(feeds));
  const between = await withGraph(runtime, trunk!, (session) => session.run(feeds));
  const parts = await withGraph(runtime, head, (session) => session.run(between));

  expect(head.nodes.length).toBeLessThan(model.nodes.length);
  whole['encoding']!.data.forEach((value, i) =>
    expect(parts['encoding']!.data[i]).toBeCloseTo(Number(value), 5),
  );
});

test('where nothing below is frozen there is no trunk', () => {
  expect(cutAtFrozen(model, learnedConstants(model), operators).trunk).toBeNull();
});

test('values are blended on a straight line', () => {
  const before = model.constants.get('head.bias')!.data as Float32Array;
  const after = { 'head.bias': float32([4], [4, 8, 12, 16]) };
  const { data } = blendValues(model, after, 0.25)['head.bias']!;
  expect([...data]).toEqual(
    [4, 8, 12, 16].map((value, i) => before[i]! + 0.25 * (value - before[i]!)),
  );
});
