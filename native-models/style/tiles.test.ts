import { describe, expect, test } from 'vitest';
import { orthogonalFilters, buildFeatureNetwork, type Block } from '../catalog/style-encoders.ts';
import { zeroBias } from '../catalog/face-api/layers.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { float32 } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic.ts';
import { conv } from '../ops/convolution.ts';
import { globalAveragePool } from '../ops/pooling.ts';
import { operators } from '../ops/registry.ts';
import { openGraph, Runtime } from '../runtime/runtime.ts';
import type { OrtSession } from '../runtime/session.ts';
import type { Picture, Size } from './picture.ts';
import { RandomStream } from '../../foundation/random.ts';
import {
  overlapOf,
  planTiles,
  receptiveFields,
  coreOf,
  tilesOf,
  addRegion,
  readRegion,
  type TilePlan,
  type Region,
} from './tiles.ts';

const OVERLAP = { stride: 4, halo: 16 };

const plans: readonly TilePlan[] = [
  planTiles({ width: 203, height: 150 }, 48, OVERLAP),
  planTiles({ width: 200, height: 40 }, 64, OVERLAP),
  planTiles({ width: 97, height: 500 }, 1, OVERLAP),
  planTiles({ width: 31, height: 17 }, 512, OVERLAP),
  planTiles({ width: 3000, height: 2001 }, 700, { stride: 16, halo: 96 }),
];

/** How often each position is covered. */
function coverage({ width, height }: Size, regions: readonly Region[]): Uint8Array {
  const count = new Uint8Array(width * height);
  for (const region of regions)
    for (let y = region.y; y < region.y + region.height; y++)
      for (let x = region.x; x < region.x + region.width; x++) count[y * width + x]!++;
  return count;
}

describe.each(plans)('tiles of $picture.width × $picture.height', (plan) => {
  const grids = [0, 1, 2, 3].map((step) => tilesOf(plan, 7, step));

  test('cores cover the picture once', () => {
    for (const tiles of grids) {
      const cores = tiles.map(({ core }) => core);
      expect(coverage(plan.picture, cores).every((count) => count === 1)).toBe(true);
    }
  });

  test('windows have one size, start at strides and hold core and halo, or reach the border', () => {
    for (const { window, core } of grids.flat()) {
      expect(window).toMatchObject(plan.window);
      expect([window.x % plan.stride, window.y % plan.stride]).toEqual([0, 0]);
      for (const [at, length] of [
        ['x', 'width'],
        ['y', 'height'],
      ] as const) {
        const [start, end] = [window[at], window[at] + window[length]];
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(plan.picture[length]);
        expect(start).toBeLessThanOrEqual(Math.max(0, core[at] - plan.halo));
        expect(end).toBeGreaterThanOrEqual(
          Math.min(plan.picture[length], core[at] + core[length] + plan.halo),
        );
      }
    }
  });

  test('positions of a coarser layer are covered once, too', () => {
    for (const stride of [1, 2, 4]) {
      const coarse = ({ width, height }: Size) => ({
        width: Math.floor(width / stride),
        height: Math.floor(height / stride),
      });
      for (const tiles of grids) {
        const regions = tiles.map((tile) => {
          const core = coreOf(plan, tile, { stride, ...coarse(plan.window) });
          const { x, y } = tile.window;
          return { ...core, x: core.x + x / stride, y: core.y + y / stride };
        });
        expect(coverage(coarse(plan.picture), regions).every((count) => count === 1)).toBe(true);
      }
    }
  });

  test('the grid follows from seed and step', () => {
    expect(tilesOf(plan, 7, 2)).toEqual(grids[2]);
  });
});

test('the grid moves from step to step', () => {
  const corners = Array.from({ length: 20 }, (_, step) => tilesOf(plans[0]!, 7, step)[0]!.core);
  expect(new Set(corners.map(({ width }) => width)).size).toBeGreaterThan(2);
  expect(new Set(corners.map(({ height }) => height)).size).toBeGreaterThan(2);
});

test('a picture that fits one window is not cut', () => {
  expect(tilesOf(plans[3]!, 7, 1)).toHaveLength(1);
  const whole = planTiles({ width: 900, height: 600 }, 900, OVERLAP);
  expect(tilesOf(whole, 7, 1)).toHaveLength(1);
});

test('moving the grid costs no more than a tile in each direction', () => {
  const plan = planTiles({ width: 3000, height: 2000 }, 700, { stride: 4, halo: 40 });
  for (let step = 0; step < 9; step++)
    expect(tilesOf(plan, 1, step).length).toBeLessThanOrEqual(15);
});

describe('receptive fields', () => {
  const network = buildFeatureNetwork('tiny', randomBlocks([[4, 4], [6], [8]]));
  const fields = receptiveFields(network);

  test('are those of the textbook', () => {
    expect(fields.get('relu1_2')).toEqual({ stride: 1, before: 2, after: 2 });
    expect(fields.get('relu2_1')).toEqual({ stride: 2, before: 4, after: 4 });
    expect(fields.get('relu3_1')).toEqual({ stride: 4, before: 8, after: 8 });
    expect(overlapOf([fields.get('relu2_1')!])).toEqual({ stride: 2, halo: 4 });
  });

  test('tiles compute in their cores what the whole picture would, rests of the stride included', async () => {
    const layers = ['relu1_2', 'relu2_1', 'relu3_1'];
    const plan = planTiles(
      { width: 75, height: 54 },
      16,
      overlapOf(layers.map((layer) => fields.get(layer)!)),
    );
    const session = await openGraph(new Runtime({ provider: 'cpu' }), network);
    const picture = noise(plan.picture);
    const whole = await activations(session, picture);
    for (const tile of tilesOf(plan, 3, 1)) {
      const data = new Float32Array(3 * tile.window.width * tile.window.height);
      readRegion(picture, tile.window, data);
      const part = await activations(session, { ...plan.window, data });
      for (const layer of layers) {
        const { stride } = fields.get(layer)!;
        const core = coreOf(plan, tile, { ...part[layer]!, stride });
        const [dx, dy] = [tile.window.x / stride, tile.window.y / stride];
        const there = { ...core, x: core.x + dx, y: core.y + dy };
        expect(largest(cut(part[layer]!, core), cut(whole[layer]!, there))).toBeLessThan(1e-5);
      }
    }
    await session.dispose();
  });

  test('a dilated, strided and unevenly padded window', () => {
    const builder = new GraphBuilder('uneven', operators);
    const x = builder.input('x', 'float32', [1, 3, 'height', 'width']);
    const kernel = builder.constant(float32([1, 3, 3, 3], new Float32Array(27)));
    const options = { dilations: [2, 2], strides: [2, 2], pads: [1, 1, 3, 3] };
    const graph = builder.build({ y: conv(builder, x, kernel, options) });
    // Position p reads the pixels 2 p − 1, 2 p + 1 and 2 p + 3, and stands for 2 p and 2 p + 1.
    expect(receptiveFields(graph).get('y')).toEqual({ stride: 2, before: 1, after: 2 });
  });

  test('branches unite', () => {
    const builder = new GraphBuilder('branches', operators);
    const x = builder.input('x', 'float32', [1, 3, 'height', 'width']);
    const kernel = builder.constant(float32([3, 3, 5, 5], new Float32Array(225)));
    const wide = conv(builder, x, kernel, { pads: [2, 2, 2, 2] });
    const graph = builder.build({ y: add(builder, wide, x) });
    expect(receptiveFields(graph).get('y')).toEqual({ stride: 1, before: 2, after: 2 });
  });

  test('what looks at the whole picture, or differs from place to place, is refused by name', () => {
    const pooled = new GraphBuilder('pooled', operators);
    const x = pooled.input('x', 'float32', [1, 3, 'height', 'width']);
    const whole = pooled.build({ y: globalAveragePool(pooled, x) });
    expect(() => receptiveFields(whole)).toThrow(/GlobalAveragePool/);
    const placed = new GraphBuilder('placed', operators);
    const image = placed.input('x', 'float32', [1, 3, 8, 8]);
    const bias = placed.constant(float32([8], new Float32Array(8)));
    const uneven = placed.build({ y: add(placed, image, bias) });
    expect(() => receptiveFields(uneven)).toThrow(
      expect.objectContaining({ code: 'model_incompatible' }),
    );
  });
});

test('regions are read and added plane by plane', () => {
  const picture = noise({ width: 5, height: 4 });
  const region = { x: 1, y: 2, width: 3, height: 2 };
  const values = new Float32Array(18);
  readRegion(picture, region, values);
  expect(values[3]).toBe(picture.data[3 * 5 + 1]);
  expect(values[17]).toBe(picture.data[2 * 20 + 3 * 5 + 3]);
  const sum = { ...picture, data: picture.data.slice() };
  addRegion(sum, region, values);
  expect(sum.data[3 * 5 + 1]).toBe(2 * picture.data[3 * 5 + 1]!);
  expect(sum.data.filter((value, i) => value !== picture.data[i])).toHaveLength(18);
});

function randomBlocks(channels: readonly (readonly number[])[]): readonly Block[] {
  const random = new RandomStream(1, 'filters');
  let inputs = 3;
  return channels.map((block) =>
    block.map((outputs) => {
      const shape = { inputs, outputs, size: 3, zeroMean: false };
      const kernel = orthogonalFilters(shape, () => random.normal());
      inputs = outputs;
      return { kernel, bias: zeroBias(kernel) };
    }),
  );
}

function noise(size: Size): Picture {
  const random = new RandomStream(2, 'picture');
  const data = Float32Array.from({ length: 3 * size.width * size.height }, () => random.uniform());
  return { ...size, data };
}

async function activations(session: OrtSession, { width, height, data }: Picture) {
  const results = await session.run({ image: float32([1, 3, height, width], data) });
  return Object.fromEntries(
    Object.entries(results).map(([name, { shape, data: values }]) => [
      name,
      { width: shape[3]!, height: shape[2]!, data: values as Float32Array },
    ]),
  );
}

function cut(picture: Picture, region: Region): Float32Array {
  const planes = picture.data.length / (picture.width * picture.height);
  const values = new Float32Array(planes * region.width * region.height);
  readRegion(picture, region, values);
  return values;
}

const largest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
