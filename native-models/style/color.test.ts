import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import type { Picture } from './picture.ts';
import { RandomStream } from '../../foundation/random.ts';
import {
  keepLuminance,
  colorStatistics,
  matchColors,
  mapEigenvalues,
  multiply,
  type Matrix3,
} from './color.ts';

const AREA = 40 * 30;

/** Colors that vary around the middle, with correlated planes. */
function cloud(seed: number, spread: number, mix: Matrix3, middle: readonly number[]): Picture {
  const random = new RandomStream(seed, 'colors');
  const data = new Float32Array(3 * AREA);
  for (let i = 0; i < AREA; i++) {
    const draw = [0, 1, 2].map(() => spread * (random.uniform() - 0.5));
    for (let plane = 0; plane < 3; plane++)
      data[plane * AREA + i] =
        middle[plane]! + draw.reduce((sum, d, k) => sum + mix[3 * plane + k]! * d, 0);
  }
  return { width: 40, height: 30, data };
}

const identity: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const content = cloud(1, 0.3, [1, 0.2, 0, 0.4, 0.7, 0.1, 0, 0.3, 0.4], [0.5, 0.45, 0.4]);

const largest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

function expectColorsOf(picture: Picture, expected: Picture): void {
  const [mine, wanted] = [picture, expected].map(colorStatistics);
  expect(largest(mine!.mean, wanted!.mean)).toBeLessThan(1e-5);
  expect(largest(mine!.covariance, wanted!.covariance)).toBeLessThan(1e-5);
}

describe('matching colors', () => {
  test('gives the style the mean and covariance of the content', () => {
    const style = cloud(2, 0.4, [0.5, 0.5, 0.1, -0.2, 0.6, 0, 0.1, 0, 0.9], [0.4, 0.6, 0.5]);
    expectColorsOf(matchColors(style, content), content);
  });

  test('leaves a style alone that has the colors already', () => {
    const { data } = matchColors(content, content);
    expect(largest([...data], [...content.data])).toBeLessThan(1e-5);
  });

  test('a gray style varies along one line only, and blows up no rounding', () => {
    const gray = cloud(3, 0.5, [1, 0, 0, 1, 0, 0, 1, 0, 0], [0.5, 0.5, 0.5]);
    const random = new RandomStream(4, 'rounding');
    const rounded = gray.data.map((value) => value + (random.uniform() - 0.5) / 1000);
    const matched = colorStatistics(matchColors({ ...gray, data: rounded }, content));
    expect(largest(matched.mean, colorStatistics(content).mean)).toBeLessThan(1e-4);
    const { realEigenvalues } = new EigenvalueDecomposition(
      Matrix.from1DArray(3, 3, [...matched.covariance]),
      { assumeSymmetric: true },
    );
    const sorted = realEigenvalues.toSorted((a, b) => b - a);
    expect(sorted[0]!).toBeGreaterThan(1e-3);
    expect(sorted[1]!).toBeLessThan(1e-5);
  });

  test('a flat style takes the mean of the content', () => {
    const flat = { ...content, data: new Float32Array(3 * AREA).fill(0.2) };
    const { mean } = colorStatistics(content);
    const matched = matchColors(flat, content);
    expect(largest([...colorStatistics(matched).mean], mean)).toBeLessThan(1e-5);
    expect(matched.data.every(Number.isFinite)).toBe(true);
  });

  test('stays within the range', () => {
    const dark = cloud(5, 0.02, identity, [0.02, 0.02, 0.02]);
    const bright = cloud(6, 0.9, identity, [0.5, 0.5, 0.5]);
    const { data } = matchColors(dark, bright);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
  });
});

describe('keeping the luminance only', () => {
  const luma = ({ data }: Picture, i: number) =>
    0.299 * data[i]! + 0.587 * data[i + AREA]! + 0.114 * data[i + 2 * AREA]!;
  const painted = cloud(7, 1, identity, [0.5, 0.5, 0.5]);
  const result = keepLuminance(content, painted);
  const atBound = (i: number) =>
    [0, 1, 2].some((plane) => [0, 1].includes(result.data[plane * AREA + i]!));

  test('has the luma of the painting at every pixel', () => {
    for (let i = 0; i < AREA; i++) expect(luma(result, i)).toBeCloseTo(luma(painted, i), 5);
  });

  test('has the hue of the content, and its chroma wherever that fits', () => {
    let kept = 0;
    for (let i = 0; i < AREA; i++) {
      const [now, then] = [result, content].map((picture) =>
        [0, 1, 2].map((plane) => picture.data[plane * AREA + i]! - luma(picture, i)),
      ) as [number[], number[]];
      const share = Math.hypot(...now) / Math.hypot(...then);
      expect(share).toBeLessThan(1 + 1e-4);
      expect(
        largest(
          now,
          then.map((value) => share * value),
        ),
      ).toBeLessThan(1e-5);
      if (share > 1 - 1e-4) kept++;
      else expect(atBound(i)).toBe(true);
    }
    expect(kept / AREA).toBeGreaterThan(0.5);
  });

  test('of a painting equal to the content gives the content', () => {
    expect(largest([...keepLuminance(content, content).data], [...content.data])).toBeLessThan(
      1e-6,
    );
  });

  test('turns black and white where the painting is', () => {
    const white = { ...content, data: new Float32Array(3 * AREA).fill(1) };
    expect(keepLuminance(content, white).data.every((value) => Math.abs(value - 1) < 1e-6)).toBe(
      true,
    );
  });
});

describe('symmetric matrices', () => {
  const matrices: readonly Matrix3[] = [
    identity,
    [4, 1, -2, 1, 2, 0, -2, 0, 3],
    [1, 1, 1, 1, 1, 1, 1, 1, 1],
    [0, 0, 0, 0, 0, 0, 0, 0, 0],
    [1e-12, 1e-7, 0, 1e-7, 1, 1e-3, 0, 1e-3, 1e6],
  ];

  test.each(matrices.map((matrix) => ({ matrix })))(
    '$matrix comes back where its eigenvalues stay',
    ({ matrix }) => {
      const scale = Math.max(1, ...matrix.map(Math.abs));
      expect(
        largest(
          mapEigenvalues(matrix, (value) => value),
          matrix,
        ),
      ).toBeLessThan(1e-12 * scale);
    },
  );

  test('the square of the square root is the matrix', () => {
    const covariance = colorStatistics(content).covariance;
    const root = mapEigenvalues(covariance, Math.sqrt);
    expect(largest(multiply(root, root), covariance)).toBeLessThan(1e-14);
  });
});
