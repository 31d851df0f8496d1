import { expect, test } from 'vitest';
import { randomNumbers } from '../testing/random.ts';
import { NearestHits } from './galleries.ts';

test('keeps the nearest in bounded memory, with who they are of, and says how far it reaches', () => {
  const random = randomNumbers(5);
  const all = Array.from({ length: 5000 }, (_, hit) => ({
    distance: Math.fround(random()),
    probe: hit,
    person: hit % 7,
  }));
  const hits = new NearestHits(100);
  for (const { distance, probe, person } of all) hits.offer(distance, probe, person);
  hits.offer(Infinity, 1, 1);
  const { distances, probes, persons, reach } = hits.ranking();
  const expected = all
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance);
  expect(expected.length).toBeGreaterThanOrEqual(100);
  expect(expected.length).toBeLessThanOrEqual(200);
  expect([...distances]).toEqual(expected.map(({ distance }) => distance));
  expect([...probes]).toEqual(expected.map(({ probe }) => probe));
  expect([...persons]).toEqual(expected.map(({ person }) => person));
});

test('drops nothing where all are equally far', () => {
  const hits = new NearestHits(4);
  for (let probe = 0; probe < 50; probe++) hits.offer(0.5, probe, 0);
  expect([...hits.ranking().probes]).toEqual(Array.from({ length: 50 }, (_, probe) => probe));
});
