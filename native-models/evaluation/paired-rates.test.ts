import { expect, test } from 'vitest';
import { everybodyOnce } from './calibration/rates.ts';
import {
  compareAll,
  distance,
  ownComparisons,
  weightedRates,
  type LabeledFaces,
} from './paired.ts';
import type { Comparisons } from './pairs.ts';
import { equalErrorRate, pointAtFar } from './rates.ts';
import { finish } from './testing/finish.ts';
import { gaussianPeople } from './testing/gaussian-people.ts';
import { comparisonsOf } from './testing/random.ts';

const FARS = [0.001, 0.01, 0.1];

function faces(people: number, noise: number): LabeledFaces {
  const everyone = gaussianPeople({ people, photos: 4, dimension: 8, noise, seed: 3 });
  return {
    encodings: everyone.flatMap(({ encodings }) => encodings),
    people: everyone.flatMap(({ encodings }, number) => encodings.map(() => number)),
  };
}

const compared = (all: LabeledFaces): Comparisons => finish(compareAll(all)).value;
const owned = (all: LabeledFaces, reach = Infinity) =>
  finish(ownComparisons(all, compared(all), reach)).value;

function expected(comparisons: Comparisons) {
  return {
    eer: equalErrorRate(comparisons),
    tar: FARS.map((far) => 1 - pointAtFar(comparisons, far).fnmr),
  };
}

function expectRates(found: ReturnType<typeof weightedRates>, wanted: ReturnType<typeof expected>) {
  expect(found!.eer).toBeCloseTo(wanted.eer, 12);
  wanted.tar.forEach((tar, i) => expect(found!.tar[i]).toBeCloseTo(tar, 12));
}

test.each([0.3, 0.8, 2])('with everybody once they are the plain rates, noise %f', (noise) => {
  const all = faces(30, noise);
  const wanted = expected(compared(all));
  expect(wanted.tar[1]).toBeGreaterThan(0);
  expectRates(weightedRates(owned(all), everybodyOnce(30), FARS), wanted);
});

test('whoever counts twice is there twice, and is not compared with the copy', () => {
  const all = faces(20, 1.2);
  const weights = Uint8Array.from({ length: 20 }, (_, person) => [0, 1, 3][person % 3]!);
  const mated: number[] = [];
  const nonMated: number[] = [];
  all.people.forEach((a, i) => {
    for (let j = 0; j < i; j++) {
      const b = all.people[j]!;
      const d = distance(all.encodings[i]!, all.encodings[j]!);
      if (a === b) mated.push(...copies(d, weights[a]!));
      else nonMated.push(...copies(d, weights[a]! * weights[b]!));
    }
  });
  expectRates(weightedRates(owned(all), weights, FARS), expected(comparisonsOf(mated, nonMated)));
});

const copies = (value: number, times: number) => Array.from({ length: times }, () => value);

test('comparisons beyond reach change nothing', () => {
  const all = faces(30, 0.8);
  const comparisons = compared(all);
  const reach = comparisons.nonMated[Math.floor(comparisons.nonMated.length * 0.2)]!;
  const near = owned(all, reach);
  expect(near.nonMated.distances.length).toBeLessThan(comparisons.nonMated.length / 4);
  expectRates(weightedRates(near, everybodyOnce(30), FARS), expected(comparisons));
});

test.each([
  ['nobody with two photos', [1, 0, 0]],
  ['one person alone', [0, 1, 0]],
])('there are no rates of %s', (_, weights) => {
  const encodings = [0, 1, 2, 5, 6].map((x) => Float32Array.of(x));
  const some = owned({ encodings, people: [0, 1, 1, 2, 2] });
  expect(weightedRates(some, Uint8Array.from(weights), FARS)).toBeNull();
  // One mated and one of two non-mated distances are the same.
  expect(weightedRates(some, Uint8Array.of(1, 1, 0), FARS)!.eer).toBeCloseTo(1 / 3, 12);
});
