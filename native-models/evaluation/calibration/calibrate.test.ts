import { expect, test } from 'vitest';
import { RandomStream } from '../../../foundation/random.ts';
import { finish } from '../testing/finish.ts';
import { calibrate, thresholdGrowth } from './calibrate.ts';
import { GalleryDraws, lookAlikes, perhapsOnePerson, type CrossSearches } from './galleries.ts';
import { rateCurves, fpirOfOneGallery, everybodyOnce, fpirAt } from './rates.ts';
import { searchCrowd } from './testing/crowd.ts';

const plan = { sizes: [10, 50], wanted: [0.05], ceiling: 0.1, resamples: 200, seed: 1 };

const measure = (others: CrossSearches, thresholds: readonly (readonly number[])[]) =>
  fpirAt(
    others,
    new GalleryDraws(others.people, plan.sizes),
    everybodyOnce(others.people),
    thresholds,
  );

test('what is measured on other people lies inside the interval about 19 times in 20', () => {
  const people = 120;
  const rounds = 30;
  const inside = plan.sizes.map(() => 0);
  const alone = plan.sizes.map(() => 0);
  const widths: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const points = finish(
      calibrate(searchCrowd({ people, seed: 1000 + round }), { ...plan, resamples: 120 }),
    ).value;
    const others = searchCrowd({ people, seed: 5000 + round });
    const rates = measure(
      others,
      points.map(({ threshold }) => [threshold]),
    );
    points.forEach(({ measured, oneGallery, threshold, gallery: size }, s) => {
      const isInside = ({ low, high }: { low: number; high: number }, rate: number) =>
        low <= rate && rate <= high;
      if (isInside(measured, rates[s]![0]!)) inside[s]! += 1;
      const drawn = fpirOfOneGallery(
        others,
        everybodyOnce(people),
        { size, thresholds: [threshold] },
        new RandomStream(7, 'gallery', round),
      );
      if (isInside(oneGallery!, drawn![0]!)) alone[s]! += 1;
      widths.push(measured.high - measured.low);
    });
  }
  for (const count of [...inside, ...alone]) expect(count).toBeGreaterThanOrEqual(26);
  // An interval that holds everything would be none.
  expect(Math.max(...widths)).toBeLessThan(0.25);
});

test('keeps to the wanted rate among the people themselves, and says what it rests on', () => {
  const searches = searchCrowd({ people: 120, seed: 1 });
  const [ten, fifty] = finish(calibrate(searches, plan)).value;
  for (const point of [ten!, fifty!]) {
    expect(point.fpir).toBeLessThanOrEqual(0.05);
    expect(point.fpir).toBeGreaterThan(0.03);
    expect(point.measured.low).toBeLessThan(point.fpir);
    expect(point.measured.high).toBeGreaterThan(point.fpir);
    expect(point.pairs).toBe(lookAlikes(searches, point.threshold).length);
    expect(point.basis).toBe('observed');
  }
  expect(fifty!.threshold).toBeLessThan(ten!.threshold);
  expect(fifty!.fnir).toBeGreaterThan(ten!.fnir!);
});

test('is repeatable', () => {
  const searches = searchCrowd({ people: 40, seed: 1 });
  const once = () => finish(calibrate(searches, { ...plan, resamples: 20 })).value;
  expect(once()).toEqual(once());
});

test('with too few look-alikes the threshold stays at the ceiling and the interval says so', () => {
  const searches = searchCrowd({ people: 12, seed: 1, dimension: 64 });
  const [nearest] = lookAlikes(searches, Infinity);
  const few = { ...plan, sizes: [10], wanted: [0.0001], ceiling: nearest!.distance / 2 };
  const [point] = finish(calibrate(searches, few)).value;
  expect(point).toMatchObject({ basis: 'too-few', fpir: 0, pairs: 0, threshold: few.ceiling });
  // Of twelve strangers none was named: 1 − 0.025^(1/12).
  expect(point!.measured.low).toBe(0);
  expect(point!.measured.high).toBeCloseTo(0.2646, 4);
});

test('refuses fewer than ten people', () => {
  const searches = searchCrowd({ people: 9, seed: 1 });
  expect(() => finish(calibrate(searches, plan))).toThrow(
    expect.objectContaining({ code: 'calibration_impossible', details: { people: 9, needed: 10 } }),
  );
});

test('curves rise and fall with the threshold, inside their bands', () => {
  const searches = searchCrowd({ people: 80, seed: 3 });
  const [curve] = finish(rateCurves(searches, { sizes: [40], resamples: 60, seed: 1 })).value;
  const { points } = curve!;
  expect(points.at(-1)!.fpir).toBeGreaterThan(0.4);
  points.forEach(({ threshold, fpir, fpirBand, fnir }, i) => {
    const former = points[i - 1];
    if (former === undefined) return;
    expect(threshold).toBeGreaterThan(former.threshold);
    expect(fpir).toBeGreaterThanOrEqual(former.fpir);
    expect(fnir).toBeLessThanOrEqual(former.fnir!);
    expect(fpirBand.low).toBeLessThanOrEqual(fpir);
    expect(fpirBand.high).toBeGreaterThanOrEqual(fpir);
  });
});

test('the threshold falls as the gallery grows, beyond the people there are by extrapolation', () => {
  const searches = searchCrowd({ people: 80, seed: 3 });
  const sizes = [1, 10, 50, 100, 100_000];
  const [growth] = finish(thresholdGrowth(searches, { ...plan, sizes, resamples: 30 })).value;
  const { points } = growth!;
  expect(points.map(({ basis }) => basis)).toEqual([
    'observed',
    'observed',
    'observed',
    'extrapolated',
    'too-few',
  ]);
  points.forEach(({ threshold, band }, i) => {
    if (i > 0) expect(threshold).toBeLessThan(points[i - 1]!.threshold);
    expect(band.low).toBeLessThanOrEqual(band.high);
  });
  expect(points.at(-1)!.threshold).toBeLessThanOrEqual(plan.ceiling);
});

test('names pairs that may be one person twice', () => {
  const searches = searchCrowd({ people: 30, seed: 3, dimension: 64 });
  expect(perhapsOnePerson(searches)).toEqual([]);
  // Person 29 becomes person 0 once more.
  const personOf = searches.personOf.map((person) => (person === 1 ? 30 : person));
  const twice = { ...searches, people: 31, personOf };
  expect(perhapsOnePerson(twice).map(({ people }) => people)).toContainEqual([1, 30]);
});
