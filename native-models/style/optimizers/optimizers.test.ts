import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../foundation/random.ts';
import { Adam, adamDefaults } from './adam.ts';
import { createOptimizer, resumeOptimizer, vectorsHeld } from './create.ts';
import { CurvatureHistory } from '../../../foundation/lbfgs.ts';
import { Lbfgs } from './lbfgs.ts';
import type { Optimizer, OptimizerKind } from './optimizer.ts';

interface Problem {
  readonly loss: (image: Float32Array) => number;
  readonly gradient: (image: Float32Array) => Float32Array;
}

/** Σ curvature · (x − target)², curvatures from 1 to 100; some targets lie out of reach. */
function bowl(length: number): Problem & { readonly solution: Float32Array } {
  const random = new RandomStream(5, 'bowl');
  const target = Float32Array.from({ length }, () => 1.4 * random.uniform() - 0.2);
  const curvature = Float32Array.from({ length }, () => 100 ** random.uniform());
  const distance = (image: Float32Array) => image.map((x, i) => x - target[i]!);
  return {
    loss: (image) => distance(image).reduce((sum, d, i) => sum + curvature[i]! * d * d, 0),
    gradient: (image) => distance(image).map((d, i) => 2 * curvature[i]! * d),
    solution: target.map((x) => Math.min(1, Math.max(0, x))),
  };
}

function minimize(optimizer: Optimizer, problem: Problem, image: Float32Array, steps: number) {
  for (let step = 0; step < steps; step++)
    optimizer.step(image, problem.gradient(image), problem.loss(image));
  return resultOf(optimizer, image);
}

function resultOf(optimizer: Optimizer, image: Float32Array): Float32Array {
  const result = new Float32Array(image.length);
  optimizer.result(image, result);
  return result;
}

const gray = (length: number) => new Float32Array(length).fill(0.5);
const largest = (a: Float32Array, b: Float32Array) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

const kinds: readonly OptimizerKind[] = ['adam', 'lbfgs'];

describe.each(kinds)('%s', (kind) => {
  const length = 3 * 8 * 5;
  const problem = bowl(length);

  test('finds the least loss within the bounds', () => {
    const image = gray(length);
    const result = minimize(createOptimizer(kind, length, 900), problem, image, 900);
    expect(largest(result, problem.solution)).toBeLessThan(0.002);
    for (const value of [...image, ...result]) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  });

  test.each([0, 1, 2, 13, 24])('goes on bit for bit after step %i', (pause) => {
    const undisturbed = gray(length);
    const expected = minimize(createOptimizer(kind, length, 40), problem, undisturbed, 40);
    const image = gray(length);
    const before = createOptimizer(kind, length, 40);
    minimize(before, problem, image, pause);
    const saved = structuredClone(before.state());
    minimize(before, problem, image.slice(), 3);
    expect(minimize(resumeOptimizer(saved, 40), problem, image, 40 - pause)).toEqual(expected);
    expect(image).toEqual(undisturbed);
  });

  test('holds the vectors that it is said to hold', () => {
    const optimizer = createOptimizer(kind, length, 900);
    minimize(optimizer, problem, gray(length), 60);
    const { vectors } = optimizer.state();
    expect(Object.values(vectors)).toHaveLength(vectorsHeld(kind));
    for (const vector of Object.values(vectors)) expect(vector).toHaveLength(length);
  });

  test('goes on at another size', () => {
    const optimizer = createOptimizer(kind, length, 900);
    minimize(optimizer, problem, gray(length), 5);
    const [from, to] = [
      { width: 8, height: 5 },
      { width: 11, height: 7 },
    ];
    const wider = bowl(3 * 11 * 7);
    const result = minimize(optimizer.resized(from, to, 900), wider, gray(3 * 11 * 7), 900);
    expect(largest(result, wider.solution)).toBeLessThan(0.002);
  });

  test('gives the picture itself before the first step', () => {
    const image = gray(length);
    expect(resultOf(createOptimizer(kind, length, 9), image)).toEqual(image);
  });
});

describe('Adam', () => {
  test('first step: the rate, whatever the size of the gradient', () => {
    const image = gray(4);
    Adam.start(4).step(image, Float32Array.of(1e-4, -1e-4, 30, -2000));
    expect(largest(image, Float32Array.of(0.48, 0.52, 0.48, 0.52))).toBeLessThan(1e-5);
  });

  test('follows the algorithm of the paper, written without its short cuts', () => {
    const { learningRate, beta1, beta2, epsilon } = adamDefaults;
    const image = gray(1);
    const optimizer = Adam.start(1);
    let [x, m, v] = [0.5, 0, 0];
    [0.3, -0.1, 0.02, 0.5, -1].forEach((g, index) => {
      optimizer.step(image, Float32Array.of(g));
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const corrected = [m / (1 - beta1 ** (index + 1)), v / (1 - beta2 ** (index + 1))] as const;
      x -= (learningRate * corrected[0]) / (Math.sqrt(corrected[1]) + epsilon);
      expect(image[0]).toBeCloseTo(x, 6);
    });
  });

  test('result: the weighted mean of the pictures so far', () => {
    const image = gray(1);
    const optimizer = Adam.start(1);
    const visited = [0.3, -0.1, 0.2].map((g) => {
      optimizer.step(image, Float32Array.of(g));
      return image[0]!;
    });
    const weights = [0.99 ** 2, 0.99, 1];
    const total = weights.reduce((sum, weight) => sum + weight);
    const mean = visited.reduce((sum, x, i) => sum + (weights[i]! / total) * x, 0);
    expect(resultOf(optimizer, image)[0]).toBeCloseTo(mean, 5);
  });
});

describe('L-BFGS', () => {
  test('needs far fewer steps than Adam on a long valley', () => {
    const problem = bowl(60);
    const loss = (kind: OptimizerKind) =>
      problem.loss(minimize(createOptimizer(kind, 60, 60), problem, gray(60), 60));
    const least = problem.loss(problem.solution);
    expect(loss('lbfgs') - least).toBeLessThan(0.01 * (loss('adam') - least));
  });

  test('its result never gets worse, even where steps lead uphill', () => {
    const wavy: Problem = {
      loss: (image) => image.reduce((sum, x) => sum + Math.sin(19 * x) + 4 * x, 0),
      gradient: (image) => image.map((x) => 19 * Math.cos(19 * x) + 4),
    };
    const image = Float32Array.of(0.9, 0.55, 0.3, 0.71);
    const optimizer = Lbfgs.start(4);
    let last = wavy.loss(image);
    for (let step = 0; step < 60; step++) {
      minimize(optimizer, wavy, image, 1);
      const now = wavy.loss(resultOf(optimizer, image));
      expect(now).toBeLessThanOrEqual(last + 1e-6);
      last = now;
    }
    expect(Math.hypot(...wavy.gradient(resultOf(optimizer, image)))).toBeLessThan(20);
  });

  test('draws back from a loss that is not a number', () => {
    const optimizer = Lbfgs.start(2);
    const image = gray(2);
    optimizer.step(image, Float32Array.of(1, 0), 1);
    const first = 0.5 - image[0]!;
    optimizer.step(image, Float32Array.of(NaN, NaN), NaN);
    expect(0.5 - image[0]!).toBeCloseTo(first / 2, 6);
  });
});

describe('curvature', () => {
  const at = (...values: number[]) => Float32Array.from(values);

  test('refuses pairs without positive curvature', () => {
    const history = new CurvatureHistory(() => new Float32Array(2), 3);
    expect(history.remember([at(0, 0), at(1, 1)], [at(1, 0), at(0, 1)])).toBe(false);
    expect(history.remember([at(0, 0), at(1, 1)], [at(0, 0), at(1, 1)])).toBe(false);
    expect(history.size).toBe(0);
    expect(history.remember([at(0, 0), at(0, 1)], [at(1, 0), at(4, 1)])).toBe(true);
    expect(history.size).toBe(1);
  });

  test('inverts the Hessian along the steps that it knows', () => {
    const history = new CurvatureHistory(() => new Float32Array(2), 3);
    history.remember([at(0, 0), at(0, 0)], [at(1, 0), at(4, 1)]);
    history.remember([at(1, 0), at(4, 1)], [at(1, 2), at(6, 7)]);
    const newest = at(2, 6);
    history.applyInverse(newest);
    expect(largest(newest, at(0, 2))).toBeLessThan(1e-6);
  });

  test('a refused pair leaves a full ring with the rest', () => {
    const history = new CurvatureHistory(() => new Float32Array(1), 2);
    for (const factor of [1, 2, 3]) history.remember([at(0), at(0)], [at(1), at(factor)]);
    expect(history.pairs().map(({ change }) => change[0])).toEqual([2, 3]);
    expect(history.remember([at(0), at(0)], [at(1), at(-1)])).toBe(false);
    expect(history.pairs().map(({ change }) => change[0])).toEqual([3]);
  });
});
