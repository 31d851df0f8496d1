import { describe, expect, it } from 'vitest';
import { checkGradient } from '../autodiff/testing/gradient-check.ts';
import type { Value } from '../graph/graph.ts';
import { operators } from './registry.ts';
import { operatorTrials } from './testing/operator-trials.ts';
import { RandomSource } from './testing/random-source.ts';
import { Trial } from './testing/trial.ts';

const TRIALS = 40;
/** Where numbers below zero are outside of the domain. */
const positiveOnly = new Set(['Log', 'Sqrt', 'Pow', 'BatchNormalization']);
/** Kinks of a function that the runtime computes in float32 only, where steps are large. */
const keepApart = new Set(['GlobalMaxPool']);

const differentiable = Object.entries(operatorTrials).filter(
  ([op]) => operators.get(op).gradient !== 'not-differentiable',
);

/** Each operator with random shapes and parameters, its gradient against central differences. */
describe('gradient rules agree with central differences', () => {
  it.each(differentiable)('%s', async (op, apply) => {
    let checked = 0;
    for (let seed = 1; seed <= TRIALS; seed++) {
      const random = new RandomSource(seed);
      const trial = new Trial(random);
      const outputs = ([apply(trial)].flat() as readonly Value[]).filter(isReal);
      if (outputs.length === 0) continue;
      if (keepApart.has(op)) spread(trial, random);
      if (!positiveOnly.has(op)) changeSomeSigns(trial, random);
      const named = outputs.map((value, index) => [`y${index}`, value] as const);
      const graph = trial.builder.build(Object.fromEntries(named));
      const errors = await checkGradient(graph, operators, trial.feeds, () => random.uniform());
      for (const { variable, error, norm, precision } of errors) {
        const noise = precision === 'float64' ? 1e-5 : 3e-4;
        expect(error, `seed ${seed}, ${variable}, ${precision}`).toBeLessThan(1e-3 * norm + noise);
      }
      checked += errors.length;
    }
    expect(checked).toBeGreaterThan(0);
  });

  it('and no operator is without one', () => {
    const missing = operators.names().filter((op) => operators.get(op).gradient === undefined);
    expect(missing).toEqual([]);
  });
});

const isReal = ({ type }: Value) => type === 'float32' || type === 'float64';

function changeSomeSigns(trial: Trial, random: RandomSource): void {
  for (const { type, data } of Object.values(trial.feeds))
    if (type === 'float32')
      data.forEach((value, index) => {
        if (random.chance()) data[index] = -value;
      });
}

/** Distinct values with gaps of 0.1. */
function spread(trial: Trial, random: RandomSource): void {
  for (const { type, data } of Object.values(trial.feeds))
    if (type === 'float32')
      data.set(random.shuffle(Array.from(data, (_, index) => 0.1 * (index + 1))));
}
