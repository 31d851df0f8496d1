import { expect, test } from 'vitest';
import { distance } from '../paired.ts';
import { finish } from '../testing/finish.ts';
import { crossSearch, chancesOfNone, GalleryDraws, type CalibrationPhotos } from './galleries.ts';
import { RateCursor, everybodyOnce, thresholdsFor } from './rates.ts';
import { crowdPhotos } from './testing/crowd.ts';

/** All choices of `size` of the items. */
function choices<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) =>
    choices(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]),
  );
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Plays every search of every person in every gallery, one after the other. */
function play(photos: CalibrationPhotos, size: number, threshold: number) {
  const { encodings, people, enrolled } = photos;
  const everybody = [...new Set(people)];
  const nearest = (probe: number, person: number) =>
    Math.min(
      ...encodings.map((encoding, photo) =>
        people[photo] === person && enrolled[photo] && photo !== probe
          ? Math.fround(distance(encodings[probe]!, encoding))
          : Infinity,
      ),
    );
  const probesOf = (person: number) => people.flatMap((p, photo) => (p === person ? [photo] : []));
  const isNamed = (probe: number, gallery: readonly number[]) =>
    gallery.some((person) => nearest(probe, person) <= threshold);
  const fpir = everybody.map((person) => {
    const galleries = choices(
      everybody.filter((other) => other !== person),
      size,
    );
    return mean(
      probesOf(person).map((probe) => mean(galleries.map((g) => (isNamed(probe, g) ? 1 : 0)))),
    );
  });
  const fnir = everybody.flatMap((person) => {
    const probes = probesOf(person).filter((probe) => nearest(probe, person) < Infinity);
    if (probes.length === 0) return [];
    const besides = choices(
      everybody.filter((other) => other !== person),
      size - 1,
    );
    const isFound = (probe: number, others: readonly number[]) => {
      const own = nearest(probe, person);
      return own <= threshold && others.every((other) => nearest(probe, other) > own);
    };
    return [mean(probes.map((probe) => mean(besides.map((o) => (isFound(probe, o) ? 0 : 1)))))];
  });
  return { fpir: mean(fpir), fnir: mean(fnir) };
}

test.each([
  ['one template each', 1],
  ['two templates each', 2],
])('gives the means over all strangers and galleries: %s', (_, templates) => {
  const photos = crowdPhotos({ people: 7, photos: 3, seed: 3, templates, dimension: 3 });
  // Not everybody has as many photos.
  const odd: CalibrationPhotos = {
    encodings: photos.encodings.slice(0, -2),
    people: photos.people.slice(0, -2),
    enrolled: photos.enrolled.slice(0, -2),
  };
  const searches = finish(crossSearch(odd)).value;
  const sizes = [1, 3, 6];
  const draws = new GalleryDraws(searches.people, sizes);
  const cursor = new RateCursor(searches, draws, everybodyOnce(searches.people));
  for (const threshold of [0.1, 0.3, 0.5, 0.8, 1.2]) {
    cursor.advanceTo(threshold);
    for (const [s, size] of sizes.entries()) {
      const { fpir, fnir } = play(odd, size, threshold);
      expect(cursor.fpir[s]).toBeCloseTo(fpir, 12);
      expect(cursor.fnir(s)).toBeCloseTo(fnir, 12);
    }
  }
  expect(cursor.fpir[0]).toBeGreaterThan(0.1);
});

test('a resample counts people as often as they were drawn', () => {
  const photos = crowdPhotos({ people: 6, seed: 4, dimension: 3 });
  const weights = Uint8Array.from([2, 0, 1, 1, 0, 2]);
  const [s1, s2] = [finish(crossSearch(photos)).value, 0.7];
  const cursor = new RateCursor(s1, new GalleryDraws(6, [2]), weights);
  cursor.advanceTo(s2);
  // By hand: k others (as often as drawn) within the threshold, out of 6 − own weight.
  const expected = [0, 2, 3, 5].map((person) => {
    const others = 6 - weights[person]!;
    const none = chancesOfNone(others, 2);
    const own = [2 * person, 2 * person + 1];
    const chances = own.map((probe) => {
      const met = [...weights.keys()]
        .filter((other) => other !== person)
        .filter(
          (other) =>
            Math.fround(distance(photos.encodings[probe]!, photos.encodings[2 * other]!)) <= s2,
        )
        .reduce((sum, other) => sum + weights[other]!, 0);
      return 1 - none[met]!;
    });
    return (weights[person]! * mean(chances)) / 6;
  });
  expect(cursor.fpir[0]).toBeCloseTo(
    expected.reduce((a, b) => a + b, 0),
    12,
  );
});

test('chances of drawing none of some people are binomial', () => {
  const [, one, two, , , five] = chancesOfNone(7, 3);
  expect(one).toBeCloseTo(4 / 7, 12);
  expect(two).toBeCloseTo((4 * 3) / (7 * 6), 12);
  expect(five).toBe(0);
  expect([...chancesOfNone(3, 9)]).toEqual([1, 0, 0, 0]);
});

test('a larger gallery than there are people meets in proportion more strangers', () => {
  const searches = finish(crossSearch(crowdPhotos({ people: 9, seed: 2, dimension: 4 }))).value;
  const cursor = new RateCursor(searches, new GalleryDraws(9, [8, 16]), everybodyOnce(9));
  cursor.advanceTo(0.4);
  expect(cursor.fpir[0]).toBeGreaterThan(0);
  expect(cursor.fpir[1]).toBeCloseTo(2 * cursor.fpir[0]!, 12);
});

test('without a second photo nothing is known about missed people', () => {
  const photos = crowdPhotos({ people: 5, photos: 1, seed: 2 });
  const cursor = new RateCursor(
    finish(crossSearch(photos)).value,
    new GalleryDraws(5, [2]),
    everybodyOnce(5),
  );
  cursor.advanceTo(2);
  expect([cursor.fpir[0], cursor.fnir(0)]).toEqual([expect.closeTo(1, 9), null]);
});

test('thresholds are the most permissive that keep to the wanted rate', () => {
  const searches = finish(crossSearch(crowdPhotos({ people: 60, seed: 8 }))).value;
  const draws = new GalleryDraws(60, [5, 40]);
  const wanted = [0.02, 0.1];
  const thresholds = thresholdsFor(searches, draws, everybodyOnce(60), wanted);
  for (const [s, row] of thresholds.entries())
    for (const [w, threshold] of row.entries()) {
      const cursor = new RateCursor(searches, draws, everybodyOnce(60));
      cursor.advanceTo(threshold);
      expect(cursor.fpir[s]).toBeLessThanOrEqual(wanted[w]!);
      expect(cursor.distance).toBeGreaterThan(threshold);
      cursor.advanceTo(cursor.distance);
      expect(cursor.fpir[s]).toBeGreaterThan(wanted[w]!);
    }
  expect(thresholds[1]![0]).toBeLessThan(thresholds[0]![0]!);
});
