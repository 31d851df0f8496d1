import { expect, test } from 'vitest';
import { packRows, unpackRows } from './vectors.ts';

test('rows come back as they were packed, and where there was none there is none', () => {
  const rows = [null, Float32Array.of(1, 2), null, Float32Array.of(3, 4)];
  const packed = packRows(rows);
  expect(packed).toEqual({
    dimension: 2,
    values: Float32Array.of(0, 0, 1, 2, 0, 0, 3, 4),
    absent: [0, 2],
  });
  expect(unpackRows(structuredClone(packed), 4)).toEqual(rows);
});

test('nothing at all is packed as well', () => {
  expect(unpackRows(packRows([null, null]), 2)).toEqual([null, null]);
});
