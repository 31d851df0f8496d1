import { expect, test } from 'vitest';
import { around, differenceOf } from './frames.ts';

const face = (left: number, top = 0.4) => ({ left, top, across: 0.1, down: 0.2 });

test('a cut has room around the face, and ends at the border of the frame', () => {
  const cut = around(face(0.45), []);
  expect(cut.left).toBeCloseTo(0.38);
  expect(cut.right).toBeCloseTo(0.62);
  expect(around(face(0), []).left).toBe(0);
  expect(around(face(0.9), []).right).toBe(1);
});

test('who is beside somebody is not in their cut', () => {
  const cut = around(face(0.45), [face(0.59), face(0.32)]);
  expect(cut.right).toBeCloseTo(0.59);
  expect(cut.left).toBeCloseTo(0.42);
  expect(cut.top).toBeCloseTo(0.26);
});

test('a face stays whole in its cut, however close others are', () => {
  const cut = around(face(0.45), [face(0.55), face(0.46, 0.61)]);
  expect(cut.right).toBeGreaterThan(0.55);
  expect(cut.bottom).toBeGreaterThan(0.6);
});

test('somebody far above or below changes nothing', () => {
  expect(around(face(0.45), [face(0.6, 0)])).toEqual(around(face(0.45), []));
});

test('squares differ by their gray values, whatever is at their side', () => {
  const pixels = (left: number, right: number) =>
    [left, left, right, right]
      .concat([left, left, right, right])
      .flatMap((gray) => [gray, gray, gray, 255]);
  expect(differenceOf(pixels(100, 100), 2)).toBeCloseTo(0);
  expect(differenceOf(pixels(200, 80), 2)).toBeCloseTo(120);
});
