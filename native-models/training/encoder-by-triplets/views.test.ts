import { expect, test } from 'vitest';
import { groupByPerson, pickBatch } from './views.ts';

/** Four people with 2, 3, 2 and 2 photos, three with one. */
const labels = ['a', 'a', 'b', 'b', 'b', 'c', 'c', 'd', 'd', 'x', 'y', 'z'];
const people = groupByPerson(labels);
const shape = { people: 2, photos: 3, singles: 2 };

test('a batch has K photos of each of P people, and others with one photo', () => {
  const picks = pickBatch(people, shape, 1, 5);
  expect(picks).toHaveLength(8);
  for (const { photo, person } of picks) {
    const same = picks.filter((other) => other.person === person);
    expect(new Set(same.map((other) => labels[other.photo]))).toEqual(new Set([labels[photo]]));
    expect(same).toHaveLength(['x', 'y', 'z'].includes(labels[photo]!) ? 1 : 3);
  }
});

test('all photos of a person come before one comes twice', () => {
  for (let step = 0; step < 10; step++)
    for (const group of [0, 1]) {
      const of = pickBatch(people, shape, 1, step).filter(({ person }) => person === group);
      const all = labels.filter((label) => label === labels[of[0]!.photo]).length;
      expect(new Set(of.map(({ photo }) => photo)).size).toBe(Math.min(3, all));
    }
});

test('everybody has a turn before anybody has a second one', () => {
  const seen = [0, 1].flatMap((step) =>
    pickBatch(people, shape, 7, step).flatMap(({ photo, person }) =>
      person < 2 ? [labels[photo]] : [],
    ),
  );
  expect(new Set(seen)).toEqual(new Set(['a', 'b', 'c', 'd']));
  expect(pickBatch(people, shape, 7, 3)).toEqual(pickBatch(people, shape, 7, 3));
});
