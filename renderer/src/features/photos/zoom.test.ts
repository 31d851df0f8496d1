import { expect, test } from 'vitest';
import { fitted, panned, revealed, zoomedAt } from './zoom.ts';

const stage = { width: 400, height: 300 };
const photo = { width: 4000, height: 2000 };

test('at first the whole photo is shown, in the middle', () => {
  expect(fitted(stage, photo)).toEqual({ zoom: 1, x: 0, y: 50 });
});

test('what is under the pointer stays there while zooming', () => {
  const place = zoomedAt(fitted(stage, photo), 4, [100, 150], stage, photo);
  // The middle of the left half was under the pointer: 1000, 1000 of the photo.
  expect(place.x + 1000 * 0.1 * 4).toBeCloseTo(100);
  expect(place.y + 1000 * 0.1 * 4).toBeCloseTo(150);
});

test('zooming out ends where all fits, zooming in at some time', () => {
  const near = zoomedAt(fitted(stage, photo), 1000, [200, 150], stage, photo);
  expect(near.zoom).toBe(16);
  expect(zoomedAt(near, 0.0001, [0, 0], stage, photo)).toEqual(fitted(stage, photo));
});

test('a photo is not dragged off its stage', () => {
  const near = zoomedAt(fitted(stage, photo), 4, [200, 150], stage, photo);
  expect(panned(near, 9999, 9999, stage, photo)).toEqual({ zoom: 4, x: 0, y: 0 });
  expect(panned(near, -9999, -9999, stage, photo)).toEqual({ zoom: 4, x: -1200, y: -500 });
});

test('a face out of view comes to the middle, one in view does not move the photo', () => {
  const near = panned(
    zoomedAt(fitted(stage, photo), 4, [0, 0], stage, photo),
    9999,
    9999,
    stage,
    photo,
  );
  expect(revealed(near, { x: 100, y: 100, width: 50, height: 50 }, stage, photo)).toBe(near);
  const there = revealed(near, { x: 2000, y: 1000, width: 100, height: 100 }, stage, photo);
  expect([there.x + 2050 * 0.4, there.y + 1050 * 0.4]).toEqual([200, 150]);
});
