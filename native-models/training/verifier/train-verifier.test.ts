import { describe, expect, test } from 'vitest';
import { gaussianPeople } from '../../evaluation/testing/gaussian-people.ts';
import { finish } from '../../evaluation/testing/finish.ts';
import { logOddsOf, probabilityOfLogOdds } from '../../evaluation/verifier.ts';
import { trainVerifier, type LabeledEncoding, type VerifierPeople } from './train-verifier.ts';

const shape = { photos: 4, dimension: 24, noise: 0.75, telling: 12 };

function peopleOf(counts: Readonly<Record<keyof VerifierPeople, number>>): VerifierPeople {
  const part = (people: number, seed: number): readonly LabeledEncoding[] =>
    gaussianPeople({ ...shape, people, seed }).flatMap(({ person, encodings }) =>
      encodings.map((encoding) => ({ person: `${seed}/${person}`, encoding })),
    );
  return {
    training: part(counts.training, 1),
    validation: part(counts.validation, 2),
    calibration: part(counts.calibration, 3),
    test: part(counts.test, 4),
  };
}

const people = peopleOf({ training: 200, validation: 80, calibration: 120, test: 200 });

describe('a verifier for people whose values do not all tell them apart', () => {
  const { value: trained } = finish(trainVerifier(people, 1, (distance) => 1 - distance / 2));

  test('it is calibrated on people who took no part', () => {
    expect(trained.test.ece).toBeLessThan(0.02);
    const filled = trained.test.bins.filter(({ mated, nonMated }) => mated + nonMated > 0);
    expect(filled.length).toBeGreaterThan(10);
  });

  test('it answers better than the best threshold on distance, which counts noise as well', () => {
    expect(trained.test.accuracy).toBeGreaterThan(trained.bestThresholdAccuracy + 0.01);
  });

  test('weights stand on the values in which people differ', () => {
    const size = (weights: readonly number[]) => Math.abs(weights.reduce((a, b) => a + b, 0));
    const { weights } = trained.verifier;
    expect(size(weights.slice(0, 12))).toBeGreaterThan(3 * size(weights.slice(12)));
  });

  test('the better form on the people who validate is kept', () => {
    const losses = trained.candidates.map(({ validationLoss }) => validationLoss);
    expect(trained.chosen.validationLoss).toBe(Math.min(...losses));
    expect(new Set(trained.candidates.map(({ form }) => form)).size).toBe(2);
  });

  test('the same seed gives the same verifier; order of a pair does not matter', () => {
    expect(finish(trainVerifier(people, 1, (distance) => 1 - distance / 2)).value.verifier).toEqual(
      trained.verifier,
    );
    const [a, b] = [people.test[0]!.encoding, people.test[1]!.encoding];
    expect(logOddsOf(trained.verifier, a, b)).toBe(logOddsOf(trained.verifier, b, a));
    expect(probabilityOfLogOdds(logOddsOf(trained.verifier, a, a))).toBeGreaterThan(0.95);
  });
});
