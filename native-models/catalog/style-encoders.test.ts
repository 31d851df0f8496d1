import { describe, expect, test } from 'vitest';
import { float32 } from '../graph/tensor.ts';
import { writeOnnx } from '../onnx/write.ts';
import { openOnCpu } from './testing/open-model.ts';
import {
  buildFilterBank,
  filterBankManifest,
  normalNumbers,
  orthogonalFilters,
} from './style-encoders.ts';

describe('random filters', () => {
  test.each([
    [{ inputs: 8, outputs: 16, size: 3, zeroMean: false }, 16],
    [{ inputs: 3, outputs: 32, size: 3, zeroMean: true }, 26],
  ])('of %o are orthogonal in groups of %i', (shape, group) => {
    const rows = rowsOf(orthogonalFilters(shape, normalNumbers(1)).data, shape.outputs);
    rows.forEach((row, i) => {
      expect(dot(row, row)).toBeCloseTo(2, 5);
      rows.forEach((other, j) => {
        if (i < j && Math.floor(i / group) === Math.floor(j / group))
          expect(dot(row, other)).toBeCloseTo(0, 5);
      });
    });
  });

  test('have zero means where asked', () => {
    const shape = { inputs: 3, outputs: 32, size: 3, zeroMean: true };
    for (const row of rowsOf(orthogonalFilters(shape, normalNumbers(1)).data, 32))
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
  });

  test('are normally distributed numbers before', () => {
    const normal = normalNumbers(7);
    const values = Array.from({ length: 20_000 }, normal);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / values.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    expect(beyondTwo).toBeCloseTo(0.0455, 2);
  });
});

describe('the filter bank', () => {
  test('is the same every time, and says that it is untrained', () => {
    expect(writeOnnx(buildFilterBank())).toEqual(writeOnnx(buildFilterBank()));
    const { name, task } = filterBankManifest;
    expect(name).toContain('untrained');
    expect(task).toMatchObject({ role: 'style-encoder', trained: false });
  });

  test('runs on any size, gives nothing for a flat gray and keeps the energy of noise', async () => {
    const session = await openOnCpu(writeOnnx(buildFilterBank()), 'filter-bank');
    const [height, width] = [37, 50];
    const length = 3 * height * width;
    const run = async (values: Float32Array) =>
      session.run({ image: float32([1, 3, height, width], values) });
    const flat = (await run(new Float32Array(length).fill(0.7)))['relu1_1']!;
    expect(flat.shape).toEqual([1, 32, height, width]);
    const center = Array.from(flat.data.subarray(0) as Float32Array).filter((_, i) => {
      const [y, x] = [Math.floor(i / width) % height, i % width];
      return y > 0 && x > 0 && y < height - 1 && x < width - 1;
    });
    expect(Math.max(...center)).toBeLessThan(1e-5);
    const noise = await run(Float32Array.from({ length }, normalNumbers(3)));
    expect(noise['relu3_2']!.shape).toEqual([1, 128, 9, 12]);
    for (const { data } of Object.values(noise)) {
      const values = data as Float32Array;
      const energy = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
      expect(energy).toBeGreaterThan(0.1);
      expect(energy).toBeLessThan(10);
    }
    await session.dispose();
  });
});

const rowsOf = (data: Float32Array, count: number): Float32Array[] => {
  const length = data.length / count;
  return Array.from({ length: count }, (_, i) => data.subarray(i * length, (i + 1) * length));
};

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
