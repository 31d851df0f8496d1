import { describe, expect, it } from 'vitest';
import { broadcast, elementCount, isConcrete, sameShape } from './shape.ts';

describe('broadcast', () => {
  it.each([
    [[2, 3], [3], [2, 3]],
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [[], [4], [4]],
    [['batch', 3], [3], ['batch', 3]],
    [
      ['batch', 1],
      ['batch', 5],
      ['batch', 5],
    ],
    [
      [0, 3],
      [1, 3],
      [0, 3],
    ],
  ])('%j and %j give %j', (a, b, expected) => {
    expect(broadcast(a, b)).toEqual(expected);
    expect(broadcast(b, a)).toEqual(expected);
  });

  it.each([
    [[2, 3], [2]],
    [[2], [3]],
    [['batch'], [3]],
    [['height'], ['width']],
  ])('%j and %j do not go together', (a, b) => {
    expect(broadcast(a, b)).toBeNull();
  });
});

describe('shapes', () => {
  it('are equal if all extents read the same', () => {
    expect(sameShape(['batch', 3], ['batch', 3])).toBe(true);
    expect(sameShape(['batch', 3], ['n', 3])).toBe(false);
    expect(sameShape([3], [3, 1])).toBe(false);
  });

  it('have as many elements as the product of their extents', () => {
    expect(elementCount([])).toBe(1);
    expect(elementCount([2, 0, 3])).toBe(0);
    expect(elementCount(['batch', 2, 3])).toBe('batch*6');
    expect(isConcrete([2, 3])).toBe(true);
    expect(isConcrete(['batch', 3])).toBe(false);
  });
});
