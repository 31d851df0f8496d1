import { describe, expect, it } from 'vitest';
import {
  addConstant,
  addDimensions,
  divideRoundingDown,
  divideRoundingUp,
  multiplyByConstant,
  multiplyDimensions,
} from './shape.ts';

describe('dimensions', () => {
  it('of numbers are numbers', () => {
    expect(addConstant(5, -2)).toBe(3);
    expect(addDimensions(5, 2)).toBe(7);
    expect(divideRoundingDown(7, 2)).toBe(3);
    expect(divideRoundingUp(7, 2)).toBe(4);
    expect(multiplyDimensions([2, 3, 4])).toBe(24);
  });

  it('of symbols are expressions with one constant term', () => {
    expect(addConstant('height', -2)).toBe('height-2');
    expect(addConstant('height-2', 3)).toBe('height+1');
    expect(addDimensions(4, 'height')).toBe('height+4');
    expect(addDimensions('left', 'right')).toBe('left+right');
    expect(divideRoundingDown('height-3', 2)).toBe('(height-3)//2');
    expect(divideRoundingUp('height', 2)).toBe('(height+1)//2');
    expect(multiplyByConstant('a+b', 2)).toBe('(a+b)*2');
  });

  it('come back to the symbol where the arithmetic cancels', () => {
    expect(addConstant(addConstant('height', 1), -1)).toBe('height');
    expect(divideRoundingDown('height', 1)).toBe('height');
    expect(multiplyByConstant('height', 1)).toBe('height');
    expect(multiplyByConstant('height', 0)).toBe(0);
  });

  it('read the same whatever the order of their factors', () => {
    expect(multiplyDimensions(['width', 3, 'batch'])).toBe(
      multiplyDimensions(['batch', 'width', 3]),
    );
  });

  it('with a negative factor keep it', () => {
    const negative = multiplyByConstant('batch', -1);
    expect(negative).toBe('batch*-1');
    expect(addConstant(negative, 3)).toBe('batch*-1+3');
    expect(addConstant(addConstant(negative, 3), -3)).toBe('batch*-1');
  });
});
