import { describe, expect, it } from 'vitest';
import { choosePrincipal } from './pipeline.ts';

const picture = { width: 400, height: 300 };
const face = (x: number, y: number, side: number) => ({
  x: x - side / 2,
  y: y - side / 2,
  width: side,
  height: side,
});

describe('choosePrincipal', () => {
  it('has none without faces, and no doubt with one', () => {
    expect(choosePrincipal([], picture, 'largest')).toEqual({
      principal: null,
      principalIsClear: false,
    });
    expect(choosePrincipal([face(5, 5, 9)], picture, 'central')).toEqual({
      principal: 0,
      principalIsClear: true,
    });
  });

  it('takes the largest, and is clear from three times the area of the next', () => {
    const next = face(200, 150, 50);
    expect(choosePrincipal([next, face(60, 60, 85)], picture, 'largest')).toEqual({
      principal: 1,
      principalIsClear: false,
    });
    expect(choosePrincipal([next, face(60, 60, 87)], picture, 'largest')).toEqual({
      principal: 1,
      principalIsClear: true,
    });
  });

  it('prefers the middle where the subject is central', () => {
    const faces = [face(60, 60, 85), face(200, 150, 50)];
    expect(choosePrincipal(faces, picture, 'central').principal).toBe(1);
    expect(choosePrincipal(faces, picture, 'largest').principal).toBe(0);
  });
});
