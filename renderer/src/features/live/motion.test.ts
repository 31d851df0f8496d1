import { expect, test } from 'vitest';
import { Motion } from './motion.ts';

/** At a place from left to right, in thousandths of the frame. */
const part = (left: number) => ({ left: left / 1000, top: 0.1, across: 0.1, down: 0.2 });
const xOf = (motion: Motion, now: number) => {
  const left = motion.draw(now).get(1)?.left;
  return left === undefined ? undefined : left * 1000;
};

test('a face is drawn where it was seen first, without a flight from elsewhere', () => {
  const motion = new Motion();
  motion.observe([{ track: 1, part: part(200) }], 1000);
  expect(xOf(motion, 1001)).toBeCloseTo(200);
});

test('a face that moves is drawn ahead of its last sighting, not behind it', () => {
  const motion = new Motion();
  for (let i = 0; i <= 10; i++) {
    motion.observe([{ track: 1, part: part(i * 10) }], i * 50);
    motion.draw(i * 50 + 25);
  }
  for (let now = 510; now <= 640; now += 10) motion.draw(now);
  expect(xOf(motion, 640)).toBeGreaterThan(105);
});

test('a prediction ends: a face that is not seen again does not fly away', () => {
  const motion = new Motion();
  motion.observe([{ track: 1, part: part(0) }], 0);
  motion.observe([{ track: 1, part: part(20) }], 50);
  for (let now = 60; now < 10_000; now += 16) motion.draw(now);
  expect(xOf(motion, 10_000)).toBeLessThan(20 + 0.4 * 150);
});

test('between two sightings a box never jumps by more than the way between them', () => {
  const motion = new Motion();
  motion.observe([{ track: 1, part: part(0) }], 0);
  motion.draw(10);
  motion.observe([{ track: 1, part: part(80) }], 100);
  const first = xOf(motion, 116)!;
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(120);
});

test('a face that is gone is not drawn', () => {
  const motion = new Motion();
  motion.observe([{ track: 1, part: part(0) }], 0);
  motion.observe([], 50);
  expect(motion.draw(60).size).toBe(0);
});
