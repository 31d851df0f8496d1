import { describe, expect, test } from 'vitest';
import { associate, type Link, type Track } from './face-stream.ts';

const box = (x: number, y = 0) => ({ x, y, width: 100, height: 100 });
const track = (id: number, x: number, missed = 0): Track => ({ id, box: box(x), missed });

const byId = (links: readonly Link[]) =>
  Object.fromEntries(links.map(({ track: { id }, boxIndex }) => [id, boxIndex]));

describe('associate', () => {
  test('keeps the number of a face that moves a little', () => {
    const links = associate([track(1, 0), track(2, 300)], [box(310), box(8)], 3);
    expect(byId(links)).toEqual({ 1: 1, 2: 0 });
    expect(links.find(({ track: { id } }) => id === 1)?.track.box.x).toBe(8);
  });

  test('opens a new track for a face that jumps or appears', () => {
    expect(byId(associate([track(1, 0)], [box(90), box(5)], 7))).toEqual({ 1: 1, 7: 0 });
  });

  test('gives the closer face to each of two that touch, whatever their order', () => {
    const tracks = [track(1, 0), track(2, 60)];
    expect(byId(associate(tracks, [box(55), box(10)], 3))).toEqual({ 1: 1, 2: 0 });
    expect(byId(associate(tracks, [box(10), box(55)], 3))).toEqual({ 1: 0, 2: 1 });
  });

  test('never hands one box to two tracks', () => {
    const links = associate([track(1, 0), track(2, 10)], [box(5)], 3);
    expect(Object.values(byId(links)).filter((index) => index === 0)).toHaveLength(1);
  });

  test('remembers a hidden face for a while, then forgets it', () => {
    let tracks: readonly Track[] = [track(1, 0)];
    for (let frame = 1; frame <= 10; frame++) {
      const links = associate(tracks, [], 2);
      expect(byId(links)).toEqual({ 1: null });
      tracks = links.map((link) => link.track);
      expect(tracks[0]?.missed).toBe(frame);
    }
    expect(byId(associate(tracks, [box(3)], 2))).toEqual({ 1: 0 });
    expect(associate(tracks, [], 2)).toEqual([]);
  });
});
