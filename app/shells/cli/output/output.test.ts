import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { paintFor, plain } from './paint.ts';
import { refusals } from './refusals.ts';
import { indent, table } from './table.ts';
import { againstThreshold, count, duration, size } from './words.ts';

describe('tables', () => {
  test('align their columns', () => {
    const rows = [
      ['name', 'n'],
      ['Ada', '12'],
      ['Bo', '3'],
    ];
    expect(table(rows, ['left', 'right'])).toBe('name   n\nAda   12\nBo     3');
  });

  test('count the columns a reader sees, not characters', () => {
    const red = paintFor({ colour: true })('red', 'Ada');
    const lines = table([
      [red, 'x'],
      ['山田', 'x'],
    ]).split('\n');
    expect(lines.map((line) => stripVTControlCharacters(line))).toEqual(['Ada   x', '山田  x']);
  });

  test('have no rows or ragged ones', () => {
    expect(table([])).toBe('');
    expect(table([['a', 'b'], ['c']])).toBe('a  b\nc');
  });

  test('indent every line but empty ones', () => {
    expect(indent('a\n\nb')).toBe('  a\n\n  b');
  });
});

test('paint only colours where colours are seen', () => {
  expect(paintFor({ colour: false })('red', 'text')).toBe('text');
  expect(paintFor({ colour: true })('red', 'text')).toBe('\u001b[31mtext\u001b[39m');
});

test.each([
  [duration(12.4), '12 ms'],
  [duration(2345), '2.3 s'],
  [duration(125_000), '2 min 5 s'],
  [size(999), '999 B'],
  [size(190_000), '190 KB'],
  [size(22_540_000), '22.5 MB'],
  [count(1, 'face'), '1 face'],
  [count(12_345, 'person', 'people'), '12,345 people'],
  [againstThreshold(0.4, 0.468), '0.400 ≤ 0.468'],
  [againstThreshold(0.5, 0.468), '0.500 > 0.468'],
])('%s', (said, expected) => {
  expect(said).toBe(expected);
});

test('refused photos are listed with their reasons, and nothing is said of none', () => {
  const refused = [{ file: 'a.jpg', code: 'no_face', message: 'No face was found.' }];
  expect(refusals(refused, plain)).toEqual(['Refused 1 photo:', '  a.jpg  No face was found.']);
  expect(refusals([], plain)).toEqual([]);
});
