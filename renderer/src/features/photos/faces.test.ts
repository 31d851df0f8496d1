import { expect, test } from 'vitest';
import type { Identified, IdentifiedFace } from '../../state/photos.svelte.ts';
import { arranged, facesOf, keyOf, nearestTo, neighborOf, rowsOf, unfolded } from './faces.ts';

/** A face with its middle at a point; of somebody, or of nobody who is near enough. */
function face(
  [x, y]: readonly [number, number],
  size: number,
  name?: string,
  probability = 0.99,
): IdentifiedFace {
  const match = { personId: name?.length ?? 1, name: name ?? 'Zoe', distance: 0.3, probability };
  return {
    box: { x: x - size / 2, y: y - size / 2, width: size, height: size },
    decision: name === undefined ? 'unknown' : 'identified',
    matches: name === undefined ? [{ ...match, distance: 0.9, probability: 0.2 }] : [match],
  } as unknown as IdentifiedFace;
}

const shown = (...faces: IdentifiedFace[]) =>
  facesOf({ faces, threshold: 0.5 } as unknown as Identified, new Map());

const group = shown(
  face([100, 100], 20),
  face([200, 100], 60, 'Bea', 0.6),
  face([300, 100], 50),
  face([400, 100], 40, 'Ada'),
  face([500, 100], 30),
);

test('known people come first, by name; then the others, the largest first', () => {
  const { known, unknown } = arranged(group, 'en');
  expect(known.map(({ person }) => person?.name)).toEqual(['Ada', 'Bea']);
  expect(unknown.map(({ index }) => index)).toEqual([2, 4, 0]);
});

test('what somebody has said of a face counts at once', () => {
  const faces = facesOf(
    { faces: group.map((one) => one.face), threshold: 0.5 } as unknown as Identified,
    new Map([[0, { id: 7, name: 'Cleo' }]]),
  );
  expect(faces[0]).toMatchObject({ person: { name: 'Cleo' }, probability: undefined });
  expect(arranged(faces, 'en').known.map(({ person }) => person?.name)).toContain('Cleo');
});

test('many unknown faces are folded beside known ones, and never where there are no others', () => {
  expect(unfolded(2, 148)).toBe(false);
  expect(unfolded(0, 148)).toBe(true);
  expect(unfolded(2, 3)).toBe(true);
});

test('the details stand below the row of the face that is selected', () => {
  const rows = (selected: number | undefined, open = true) =>
    rowsOf(arranged(group, 'en'), { open, selected, columns: 2 }).map(({ kind }) => kind);
  expect(rows(undefined)).toEqual(['known', 'known', 'unknown', 'faces', 'faces']);
  expect(rows(3)).toEqual(['known', 'details', 'known', 'unknown', 'faces', 'faces']);
  expect(rows(4)).toEqual(['known', 'known', 'unknown', 'faces', 'details', 'faces']);
  expect(rows(4, false)).toEqual(['known', 'known', 'unknown']);
});

test('a row keeps its key while others come and go', () => {
  const keys = (selected: number | undefined) =>
    rowsOf(arranged(group, 'en'), { open: true, selected, columns: 2 }).map(keyOf);
  const without = keys(undefined);
  expect(keys(2).filter((key) => key !== 'details 2')).toEqual(without);
  expect(new Set(without).size).toBe(without.length);
});

test('arrow keys go to the nearest face in their direction', () => {
  const faces = shown(face([0, 0], 10), face([100, 5], 10), face([60, 90], 10), face([0, 80], 10));
  expect(neighborOf(faces, faces[0]!, 'right')?.index).toBe(1);
  expect(neighborOf(faces, faces[0]!, 'down')?.index).toBe(3);
  expect(neighborOf(faces, faces[3]!, 'right')?.index).toBe(2);
  expect(neighborOf(faces, faces[0]!, 'left')).toBeUndefined();
});

test('the nearest people to several faces are said once, the most probable first', () => {
  const faces = shown(face([0, 0], 10, 'Ada', 0.6), face([9, 9], 10, 'Ada', 0.8), face([5, 5], 10));
  expect(nearestTo(faces, 2)).toEqual([
    { id: 3, name: 'Ada', probability: 0.8 },
    { id: 1, name: 'Zoe', probability: 0.2 },
  ]);
});

test('nobody below one percent is offered, not even the nearest', () => {
  const faces = shown(face([0, 0], 10, 'Ada', 0.009));
  expect(nearestTo(faces, 3)).toEqual([]);
});
