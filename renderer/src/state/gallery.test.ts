import { expect, test } from 'vitest';
import { extended, inOrder, keeperOf, matching, toggled } from './gallery.ts';

const person = (id: number, name: string, more: object = {}) => ({
  id,
  name,
  templates: 1,
  createdAt: `2026-01-0${id}T00:00:00.000Z`,
  lastSeen: null as string | null,
  ...more,
});
const people = [
  person(1, 'Zoë', { templates: 3, lastSeen: '2026-03-01T10:00:00.000Z' }),
  person(2, 'Ähnlich', { templates: 3 }),
  person(3, 'Bo', { lastSeen: '2026-03-02T10:00:00.000Z' }),
  person(4, 'bo 10'),
  person(5, 'bo 9'),
];
const names = (all: readonly { name: string }[]) => all.map(({ name }) => name).join(', ');

test('the alphabet of the language, numbers by their value', () => {
  expect(names(inOrder(people, 'name', 'de'))).toBe('Ähnlich, Bo, bo 9, bo 10, Zoë');
});

test('seen last, most photos and newest come first; equals follow by name', () => {
  expect(names(inOrder(people, 'seen', 'en'))).toBe('Bo, Zoë, Ähnlich, bo 9, bo 10');
  expect(names(inOrder(people, 'photos', 'en'))).toBe('Ähnlich, Zoë, Bo, bo 9, bo 10');
  expect(names(inOrder(people, 'newest', 'en'))).toBe('bo 9, bo 10, Bo, Ähnlich, Zoë');
});

test('a search looks past case and accents', () => {
  expect(names(matching(people, ' zoe', 'en'))).toBe('Zoë');
  expect(names(matching(people, 'BO', 'en'))).toBe('Bo, bo 10, bo 9');
  expect(matching(people, '  ', 'en')).toBe(people);
});

test('a press changes sides, a press with Shift takes all in between', () => {
  const one = toggled(new Set(), 3);
  expect([...one]).toEqual([3]);
  expect([...toggled(one, 3)]).toEqual([]);
  const shown = [5, 4, 3, 2, 1];
  expect([...extended(one, shown, 3, 1)]).toEqual([3, 2, 1]);
  expect([...extended(one, shown, 3, 5)].sort()).toEqual([3, 4, 5]);
});

test('where the one pressed before is not shown any more, only this one is added', () => {
  expect([...extended(new Set([9]), [1, 2, 3], 9, 2)]).toEqual([9, 2]);
  expect([...extended(new Set(), [1, 2, 3], undefined, 2)]).toEqual([2]);
});

test('whoever has most photos keeps their name; of equals, who was there first', () => {
  expect(keeperOf(people)?.name).toBe('Zoë');
  expect(keeperOf(people.slice(0, 0))).toBeUndefined();
});
