import { expect, test } from 'vitest';
import {
  compareAll,
  differenceIntervals,
  reachOf,
  resampledRates,
  ownComparisons,
} from './paired.ts';
import { equalErrorRate } from './rates.ts';
import { finish } from './testing/finish.ts';
import { gaussianPeople } from './testing/gaussian-people.ts';

/** The encodings that an encoder makes of the same people. */
function encoded(noise: number, { seed = 1, people = 60, photos = 4 } = {}) {
  const everyone = gaussianPeople({ people, photos, dimension: 16, noise, seed });
  const all = {
    encodings: everyone.flatMap(({ encodings }) => encodings),
    people: everyone.flatMap(({ encodings }, number) => encodings.map(() => number)),
  };
  const comparisons = finish(compareAll(all)).value;
  const eer = equalErrorRate(comparisons);
  return { eer, owned: finish(ownComparisons(all, comparisons, reachOf(comparisons, eer))).value };
}

const rates = (owned: ReturnType<typeof encoded>['owned'], seed = 1) =>
  finish(resampledRates(owned, { fars: [0.001, 0.01], resamples: 200, seed })).value;

test('a better encoder is told from a worse one, whichever comes first', () => {
  const worse = encoded(1.3);
  const better = encoded(0.7, { seed: 2 });
  expect(better.eer).toBeLessThan(worse.eer / 3);
  const gained = differenceIntervals(rates(worse.owned), rates(better.owned))!;
  expect(gained.eer.high).toBeLessThan(0);
  expect(gained.eer.low).toBeLessThan(better.eer - worse.eer);
  expect(gained.tar.every(({ low }) => low > 0)).toBe(true);
  const lost = differenceIntervals(rates(better.owned), rates(worse.owned))!;
  expect(lost.eer.low).toBeCloseTo(-gained.eer.high, 12);
});

test('two that are as good differ by an interval about nothing, one from itself not at all', () => {
  const one = encoded(1);
  const other = encoded(1, { seed: 2 });
  const { eer } = differenceIntervals(rates(one.owned), rates(other.owned))!;
  expect(eer.low).toBeLessThan(0);
  expect(eer.high).toBeGreaterThan(0);
  const none = differenceIntervals(rates(one.owned), rates(one.owned))!;
  expect(none.eer).toEqual({ low: 0, high: 0 });
});

test('the same seed gives the same resamples, another one others', () => {
  const { owned } = encoded(1);
  expect(rates(owned)).toEqual(rates(owned));
  expect(rates(owned, 2)).not.toEqual(rates(owned));
});

test('without two photos of anybody in most resamples there is no interval', () => {
  expect(differenceIntervals([null, null, null], [null, null, null])).toBeNull();
});

test('the reach covers the largest rate with room to spare, and all of few comparisons', () => {
  const mated = new Float32Array(10);
  const of = (n: number) => ({ mated, nonMated: Float32Array.from({ length: n }, (_, i) => i) });
  expect(reachOf(of(1000), 0.2)).toBe(999);
  expect(reachOf(of(1_000_000), 0.001)).toBe(199_999);
  expect(reachOf(of(1_000_000), 0.2)).toBeCloseTo(600_000, -1);
});
