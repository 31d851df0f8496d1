import { describe, expect, test } from 'vitest';
import { Resemblance, type Sight } from './resemblance.ts';

const THRESHOLD = 0.5;
/** Faces are numbers here: what is 1 apart is different people. */
const sight = (face: number, quality = 0.8): Sight => ({
  encoding: Float32Array.of(face),
  quality,
});

function stream() {
  const resemblance = new Resemblance(THRESHOLD);
  let next = 100;
  return (track: number, seen: Sight, inView: readonly number[] = [track]) =>
    resemblance.see(track, seen, new Set(inView), () => next++);
}

describe('a face that comes back', () => {
  test('has its own number again, wherever it is seen', () => {
    const see = stream();
    see(1, sight(1));
    expect(see(2, sight(1.2))).toEqual({ is: 1, confirmed: true });
  });

  test('does not take the number of somebody in view, however alike they are', () => {
    const see = stream();
    see(1, sight(1));
    expect(see(2, sight(1.1), [1, 2])).toEqual({ is: 2, confirmed: true });
  });

  test('of several who are away the nearest is meant', () => {
    const see = stream();
    see(1, sight(1));
    see(2, sight(1.9), [1, 2]);
    expect(see(3, sight(1.7), [3]).is).toBe(2);
  });

  test('a stranger stays a stranger', () => {
    const see = stream();
    see(1, sight(1));
    expect(see(2, sight(2))).toEqual({ is: 2, confirmed: true });
  });
});

describe('another face in the place of one', () => {
  test('is not confirmed at once and has a number of its own at the second look', () => {
    const see = stream();
    see(1, sight(1));
    expect(see(1, sight(3))).toEqual({ is: 1, confirmed: false });
    expect(see(1, sight(3))).toEqual({ is: 100, confirmed: true });
    expect(see(100, sight(3))).toEqual({ is: 100, confirmed: true });
    // Whoever was there first comes back.
    expect(see(7, sight(1), [7, 100]).is).toBe(1);
  });

  test('is known again where it was in view before', () => {
    const see = stream();
    see(1, sight(1));
    see(2, sight(3), [1, 2]);
    see(1, sight(3), [1]);
    expect(see(1, sight(3), [1])).toEqual({ is: 2, confirmed: true });
  });

  test('one bad look changes nothing', () => {
    const see = stream();
    see(1, sight(1));
    expect(see(1, sight(3)).confirmed).toBe(false);
    expect(see(1, sight(1))).toEqual({ is: 1, confirmed: true });
    expect(see(1, sight(3)).is).toBe(1);
  });
});

test('a look too bad to tell is neither confirmed nor held against anybody', () => {
  const see = stream();
  expect(see(1, sight(9, 0.01))).toEqual({ is: 1, confirmed: false });
  expect(see(1, sight(1))).toEqual({ is: 1, confirmed: true });
  for (let i = 0; i < 5; i++) expect(see(1, sight(9, 0.01))).toEqual({ is: 1, confirmed: false });
  expect(see(1, sight(1)).is).toBe(1);
});
