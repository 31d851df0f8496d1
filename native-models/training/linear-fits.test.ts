import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../foundation/random.ts';
import { Runtime } from '../runtime/runtime.ts';
import { RidgeRegression } from './linear-fits.ts';

const FEATURES = 6;
const TARGETS = 2;
const PENALTY = 0.3;
const runtime = new Runtime({ provider: 'cpu', threads: 1 });

function examples(count: number) {
  const random = new RandomStream(4, 'ridge');
  const x = Array.from({ length: count }, () =>
    Array.from({ length: FEATURES }, (_, k) => 3 * k + (1 + k) * random.normal()),
  );
  const y = x.map((row) => [
    row[0]! - 0.5 * row[3]! + random.normal(),
    2 + 0.2 * row[5]! + random.normal(),
  ]);
  return { x, y };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** What is left of the normal equations of standardized features, at the solution. */
async function residual(count: number): Promise<number> {
  const { x, y } = examples(count);
  const ridge = new RidgeRegression(runtime, FEATURES, TARGETS);
  x.forEach((row, i) => ridge.add(Float32Array.from(row), Float32Array.from(y[i]!)));
  const { weight, bias } = await ridge.solve({ penalty: PENALTY, tolerance: 1e-6 });
  const columns = Array.from({ length: FEATURES }, (_, k) => x.map((row) => row[k]!));
  const means = columns.map(meanOf);
  const deviations = columns.map(
    (column, k) => Math.sqrt(meanOf(column.map((v) => (v - means[k]!) ** 2))) + 1e-3,
  );
  const predicted = x.map((row) =>
    [0, 1].map(
      (t) => bias.data[t]! + row.reduce((s, v, k) => s + v * weight.data[k * TARGETS + t]!, 0),
    ),
  );
  const gradients = columns.flatMap((column, k) =>
    [0, 1].map((t) => {
      const slope = meanOf(
        column.map((v, i) => ((v - means[k]!) / deviations[k]!) * (predicted[i]![t]! - y[i]![t]!)),
      );
      return slope + PENALTY * weight.data[k * TARGETS + t]! * deviations[k]!;
    }),
  );
  return Math.hypot(...gradients);
}

describe('ridge regression fulfils its normal equations', () => {
  it.each([
    ['more examples than features', 40],
    ['fewer examples than features', 4],
  ])('with %s', async (_, count) => {
    expect(await residual(count)).toBeLessThan(1e-4);
  });

  it('refuses to learn from nothing', async () => {
    await expect(new RidgeRegression(runtime, 3, 2).solve()).rejects.toMatchObject({
      code: 'training_impossible',
    });
  });
});
