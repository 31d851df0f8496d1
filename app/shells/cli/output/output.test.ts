import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  paintFor,
  plain,
  indent,
  table,
  againstThreshold,
  count,
  duration,
  size,
  whoCells,
} from './text.ts';
import { refusals } from './refusals.ts';
import { remedyOf } from './remedies.ts';
import { identification } from '../testing/samples.ts';

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
    const red = paintFor({ color: true })('red', 'Ada');
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

test('paint only colors where colors are seen', () => {
  expect(paintFor({ color: false })('red', 'text')).toBe('text');
  expect(paintFor({ color: true })('red', 'text')).toBe('\u001b[31mtext\u001b[39m');
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

test('a name is written as sure as it is, and who is as near is said', () => {
  const colored = paintFor({ color: true });
  const face = (decision: 'identified' | 'unknown', probability: number, others = [0.6]) => ({
    ...identification.faces[0]!,
    decision,
    matches: [0.3, ...others].map((distance, i) => ({
      ...{ personId: i + 1, name: ['Ada', 'Bo'][i]!, distance },
      probability: i === 0 ? probability : 0.1,
    })),
  });
  const cells = (...given: Parameters<typeof face>) =>
    whoCells(face(...given), 0.5, plain).filter((_, i) => i !== 1);
  expect(cells('identified', 0.981)).toEqual(['Ada', '98.1 %']);
  expect(cells('identified', 0.5)).toEqual(['Ada?', '50.0 %']);
  expect(cells('identified', 0.8, [0.4])).toEqual(['Ada (also near: Bo)', '80.0 %']);
  // What is beside "unknown" is never taken for how sure that is.
  expect(cells('unknown', 0.404)).toEqual(['unknown (nearest: Ada, 40.4 %)', '']);
  const color = (probability: number) => whoCells(face('identified', probability), 0.5, colored)[0];
  const codes = [0.96, 0.8, 0.6].map((probability) => color(probability)!.slice(0, 5));
  expect(codes).toEqual(['\u001b[32m', '\u001b[36m', '\u001b[33m']);
});

test('refused photos are listed with their reasons, and nothing is said of none', () => {
  const refused = [{ file: 'a.jpg', code: 'no_face', message: 'No face was found.' }];
  expect(refusals(refused, plain)).toEqual(['Refused 1 photo:', '  a.jpg  No face was found.']);
  expect(refusals([], plain)).toEqual([]);
});

test.each([
  ['model_missing', { model: 'm', origin: 'download' }, 'likeness models fetch m'],
  ['model_corrupt', { model: 'm', origin: 'built-in' }, 'npm run build'],
  ['model_missing', { model: 'm', origin: 'imported' }, 'likeness models import'],
  ['cancelled', { id: 3, output: 'a.png' }, 'likeness stylize --resume -o a.png'],
  ['manifest_invalid', { file: 'a.onnx', family: null }, '--manifest'],
  ['file_exists', { file: 'a.png' }, '--force'],
] as const)('what to do about %s is said in words of the command line', (code, details, words) => {
  expect(remedyOf({ code, message: 'It failed.', details })).toContain(words);
});

test('nothing is offered where nothing is known', () => {
  expect(remedyOf({ code: 'no_face', message: 'None.', details: {} })).toBeNull();
  expect(remedyOf({ code: 'cancelled', message: 'Stopped.', details: {} })).toBeNull();
});
