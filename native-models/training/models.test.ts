import { expect, test } from 'vitest';
import { partOf } from './validation.ts';
import type { Example } from './chips.ts';
import { personOfMost, split } from './models.ts';

const shares = { seed: 1, validation: 0.1, test: 0.4 };
const photosOf = (person: string, count: number): Example[] =>
  Array.from({ length: count }, (_, i) => ({ person, photo: `${person}/${i}` }) as Example);

test('whoever has most of all photos trains, though the label says test', () => {
  const names = Array.from({ length: 40 }, (_, i) => `Person ${i}`);
  const most = names.find((name) => partOf(name, shares.seed, shares) === 'test')!;
  const examples = names.flatMap((name) => photosOf(name, name === most ? 90 : 2));
  const parts = split(examples, shares);
  expect(parts.test.some(({ person }) => person === most)).toBe(false);
  expect(parts.training.filter(({ person }) => person === most)).toHaveLength(90);
  // The others stay where their names put them.
  const others = names.filter((name) => name !== most);
  for (const name of others)
    expect(parts[partOf(name, 1, shares)].some(({ person }) => person === name)).toBe(true);
});

test('half of the photos are not most of them', () => {
  expect(personOfMost([...photosOf('Ada', 2), ...photosOf('Bert', 2)])).toBe(null);
  expect(personOfMost([...photosOf('Ada', 3), ...photosOf('Bert', 2)])).toBe('Ada');
});
