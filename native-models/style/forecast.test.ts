import { describe, expect, test, vi } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { float32 } from '../graph/tensor.ts';
import { conv } from '../ops/convolution.ts';
import { operators } from '../ops/registry.ts';
import { relu } from '../ops/activations.ts';
import {
  largestCore,
  predictBytes,
  predictSeconds,
  costOf,
  type PaintingStep,
} from './forecast.ts';

function network(width: number, height: number) {
  const builder = new GraphBuilder('network', operators);
  const x = builder.input('x', 'float32', [1, 3, height, width]);
  const kernel = builder.constant(float32([8, 3, 3, 3], new Float32Array(216)));
  return builder.build({ y: relu(builder, conv(builder, x, kernel, { pads: [1, 1, 1, 1] })) });
}

const machine = { baseBytes: 100e6, gigaflopsPerSecond: 50 };

const stepOf = (width: number, height: number, changes: Partial<PaintingStep> = {}) => ({
  passes: [{ work: costOf(network(width, height)), runs: 1 }],
  picture: { width, height },
  optimizer: 'adam' as const,
  pictures: 3,
  ...changes,
});

test('the work of a graph is counted from its sizes', () => {
  expect(costOf(network(20, 10))).toEqual({
    flops: 2 * 8 * 200 * 27,
    // The convolution's output and the activation behind it.
    activationBytes: 4 * 200 * (8 + 8),
    constantBytes: 4 * 216,
  });
});

describe('prediction', () => {
  test('time is work over speed, over all passes and tiles', () => {
    const { work } = stepOf(100, 100).passes[0]!;
    const passes = [
      { work, runs: 6 },
      { work, runs: 4 },
    ];
    const seconds = predictSeconds(stepOf(100, 100, { passes }), machine);
    expect(seconds).toBeCloseTo((10 * work.flops) / 50e9, 12);
  });

  test('memory grows with the graph, not with the number of tiles', () => {
    const whole = stepOf(400, 300);
    const tiled = { ...whole, passes: [{ work: costOf(network(100, 100)), runs: 12 }] };
    const saved = predictBytes(whole, machine) - predictBytes(tiled, machine);
    expect(saved).toBeCloseTo(1.15 * 64 * (400 * 300 - 100 * 100), 0);
  });

  test('memory counts what the optimizer remembers', () => {
    const adam = predictBytes(stepOf(400, 300), machine);
    const lbfgs = predictBytes(stepOf(400, 300, { optimizer: 'lbfgs' }), machine);
    expect(lbfgs - adam).toBe(20 * 12 * 400 * 300);
  });
});

describe('the largest tile within a budget', () => {
  const bytesFor = (core: number) => 1e6 + 100 * core * core;
  const search = { longerSide: 3000, unit: 16, bytesFor };

  test('the whole picture where it fits', () => {
    expect(largestCore({ ...search, budgetBytes: bytesFor(3000) })).toBe(3000);
  });

  test('fits, and the next size would not', () => {
    for (const budgetBytes of [1.1e6, 5e6, 5e7, bytesFor(3000) - 1]) {
      const core = largestCore({ ...search, budgetBytes });
      expect(core % 16).toBe(0);
      expect(bytesFor(core)).toBeLessThanOrEqual(budgetBytes);
      expect(bytesFor(Math.min(3000, core + 16))).toBeGreaterThan(budgetBytes);
    }
  });

  test('asks for few predictions, each of which builds a graph', () => {
    const counted = vi.fn(bytesFor);
    largestCore({ ...search, bytesFor: counted, budgetBytes: 5e7 });
    expect(counted.mock.calls.length).toBeLessThanOrEqual(10);
  });

  test('a budget that nothing fits is refused with what would be needed', () => {
    const search16 = () => largestCore({ ...search, budgetBytes: 1e6 });
    expect(search16).toThrow(expect.objectContaining({ code: 'memory_insufficient' }));
    expect(search16).toThrow(/at least 2 MB.*may take 1 MB/);
  });
});
