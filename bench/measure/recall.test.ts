import { describe, expect, it } from 'vitest';
import { samplePhotos } from '../data/sample-photos.ts';
import { addCounts, countDetections } from './recall.ts';

const square = (x: number, y: number, side = 100) => ({ x, y, width: side, height: side });

describe('countDetections', () => {
  it('counts a face once, however often it is detected', () => {
    const counted = countDetections([square(0, 0)], [square(5, 5), square(10, 0)]);
    expect(counted).toEqual({ marked: 1, found: 1, false: 1 });
  });

  it('gives one wide detection to one of two faces only', () => {
    const wide = { x: 0, y: 0, width: 200, height: 100 };
    expect(countDetections([square(0, 0), square(100, 0)], [wide])).toMatchObject({
      found: 1,
      false: 0,
    });
  });

  it('wants a third of overlap', () => {
    expect(countDetections([square(0, 0)], [square(60, 0)])).toMatchObject({ found: 0, false: 1 });
    expect(countDetections([square(0, 0)], [square(50, 0)])).toMatchObject({ found: 1, false: 0 });
  });

  it('prefers the better overlap over the order of detections', () => {
    const faces = [square(0, 0), square(60, 0)];
    expect(countDetections(faces, [square(40, 0), square(10, 0)])).toMatchObject({ found: 2 });
  });
});

describe('the sample photos', () => {
  it('have 22 marked faces, none of which could be taken for another', () => {
    const photos = samplePhotos();
    expect(photos.map(({ faces }) => faces.length)).toEqual([3, 3, 3, 4, 5, 4]);
    for (const { faces } of photos)
      for (const [index, face] of faces.entries())
        expect(countDetections(faces.toSpliced(index, 1), [face]).found).toBe(0);
  });

  it('add up', () => {
    const counts = samplePhotos().map(({ faces }) => countDetections(faces, faces.slice(1)));
    expect(addCounts(counts)).toEqual({ marked: 22, found: 16, false: 0 });
  });
});
