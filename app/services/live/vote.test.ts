import { expect, test } from 'vitest';
import { isSettled, judge, looking, WINDOW, type Sighting, type Verdict } from './streams.ts';

const THRESHOLD = 0.5;
const near = (personId: number, distance: number): Sighting => [
  { personId, distance, probability: 0.9 },
];

/** The verdict after each of the looks, one after the other. */
function follow(sightings: readonly Sighting[], start: Verdict = looking): string[] {
  let verdict = start;
  return sightings.map((_, i) => {
    verdict = judge(sightings.slice(Math.max(0, i + 1 - WINDOW), i + 1), THRESHOLD, verdict);
    return verdict.kind === 'identified' ? `${verdict.personId}` : verdict.kind;
  });
}

test('a name appears when three looks agree, and not before', () => {
  expect(follow([near(1, 0.3), near(1, 0.4), near(1, 0.3)])).toEqual(['looking', 'looking', '1']);
});

test('one bad look neither names a stranger nor takes a name away', () => {
  const looks = [near(1, 0.3), near(2, 0.2), near(1, 0.3), near(1, 0.35), near(1, 0.9)];
  expect(follow(looks)).toEqual(['looking', 'looking', 'looking', '1', '1']);
});

test('nobody is called unknown before four looks agree', () => {
  const strangers = [near(1, 0.8), near(2, 0.7), [], near(1, 0.9)];
  expect(follow(strangers)).toEqual(['looking', 'looking', 'looking', 'unknown']);
});

test('a name that is shown does not flicker at the threshold', () => {
  const atTheEdge = [0.49, 0.48, 0.49, 0.52, 0.51, 0.52, 0.51].map((d) => near(1, d));
  expect(follow(atTheEdge).slice(2)).toEqual(['1', '1', '1', '1', '1']);
  expect(follow([0.51, 0.52, 0.51, 0.52].map((d) => near(1, d))).at(-1)).toBe('unknown');
});

test('another face under the same number gets its own name once most looks say so', () => {
  const change = [1, 1, 1, 2, 2, 2].map((person) => near(person, 0.3));
  expect(follow(change)).toEqual(['looking', 'looking', '1', '1', '1', '2']);
});

test('asks for more looks until the verdict is settled, and when the latest speaks against it', () => {
  const named: Verdict = { kind: 'identified', personId: 1, distance: 0.3 };
  const three = [near(1, 0.3), near(1, 0.3), near(1, 0.3)];
  expect(isSettled(three.slice(1), THRESHOLD, named)).toBe(false);
  expect(isSettled(three, THRESHOLD, named)).toBe(true);
  expect(isSettled([...three, near(2, 0.3)], THRESHOLD, named)).toBe(false);
  expect(isSettled(three, THRESHOLD, { kind: 'unknown' })).toBe(false);
  expect(isSettled(three, THRESHOLD, looking)).toBe(false);
});
