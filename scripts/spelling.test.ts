import path from 'node:path';
import { expect, test } from 'vitest';
import { british, britishIn } from './spelling.mjs';

test('code, documents and the English window are spelled the American way', () => {
  expect(british(path.join(import.meta.dirname, '..'))).toEqual([]);
});

test('a British spelling is found with its line, also within an identifier', () => {
  const text =
    'const toColourSpace = 1;\n// recognised, normalisation, the centre of a grey licence\n';
  expect(britishIn(text)).toEqual([
    '1: Colour',
    ...['recognised', 'normalisation', 'centre', 'grey', 'licence'].map((word) => `2: ${word}`),
  ]);
});

test('words that only look like one are not', () => {
  const text =
    'aria-labelledby, an analysis, four analyses, enrolled, it is programmed, precise, a metric';
  expect(britishIn(text)).toEqual([]);
});
