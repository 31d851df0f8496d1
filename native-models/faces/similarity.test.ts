import { describe, expect, it } from 'vitest';
import type { Point } from '../../contract/values.ts';
import { applyAffine, type Affine } from '../images/warp.ts';
import { estimateSimilarity } from './resemblance.ts';

const shape: readonly Point[] = [
  [0, 0],
  [10, 1],
  [4, 7],
  [-3, 12],
];

function similarity(scale: number, angle: number, tx: number, ty: number): Affine {
  const [a, c] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  return { a, b: -c, tx, c, d: a, ty };
}

const squaredError = (transform: Affine, from: readonly Point[], to: readonly Point[]) =>
  from.reduce((sum, point, i) => {
    const [x, y] = applyAffine(transform, point);
    return sum + (x - to[i]![0]) ** 2 + (y - to[i]![1]) ** 2;
  }, 0);

describe('estimateSimilarity', () => {
  it.each([
    similarity(1, 0, 0, 0),
    similarity(0.2, 1.1, -40, 3),
    similarity(7, Math.PI, 5, 5),
    similarity(3, -2.5, 0, 900),
  ])('recovers %o', (truth) => {
    const found = estimateSimilarity(
      shape,
      shape.map((point) => applyAffine(truth, point)),
    );
    for (const key of ['a', 'b', 'tx', 'c', 'd', 'ty'] as const)
      expect(found[key]).toBeCloseTo(truth[key], 8);
  });

  it('has the least squared error: every change of it is worse', () => {
    const noise = [0.4, -0.7, 0.1, 0.9, -0.3, 0.2, 0.8, -0.5];
    const to = shape.map(([x, y], i): Point => [
      2 * x - y + noise[2 * i]!,
      x + 2 * y + noise[2 * i + 1]!,
    ]);
    const best = estimateSimilarity(shape, to);
    const error = squaredError(best, shape, to);
    for (const step of [-0.01, 0.01]) {
      const changes: Affine[] = [
        { ...best, tx: best.tx + step },
        { ...best, ty: best.ty + step },
        { ...best, a: best.a + step, d: best.d + step },
        { ...best, b: best.b - step, c: best.c + step },
      ];
      for (const change of changes) expect(squaredError(change, shape, to)).toBeGreaterThan(error);
    }
  });

  it('never mirrors: a mirrored set is fitted by rotation alone', () => {
    const mirrored = shape.map(([x, y]): Point => [-x, y]);
    const { a, b, c, d } = estimateSimilarity(shape, mirrored);
    expect(a * d - b * c).toBeGreaterThan(0);
  });

  it.each([
    ['coincide', shape.map((): Point => [3, 3])],
    ['are not finite', shape.map((): Point => [NaN, 1])],
  ])('refuses points that %s', (_, points) => {
    const refusal = expect.objectContaining({ code: 'model_incompatible' }) as Error;
    expect(() => estimateSimilarity(points, shape)).toThrow(refusal);
    expect(() => estimateSimilarity(shape, points)).toThrow(refusal);
  });
});
