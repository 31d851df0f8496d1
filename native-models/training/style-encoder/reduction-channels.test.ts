import { expect, test } from 'vitest';
import { chooseChannels } from './reduction.ts';

/** Of rows given one by one. */
function momentOf(rows: readonly (readonly number[])[]): Float64Array {
  const channels = rows[0]!.length;
  return Float64Array.from({ length: channels ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / channels), at % channels];
    return rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / rows.length;
  });
}

test('the strongest comes first, and copies of it are passed over', () => {
  const rows = [
    [3, 3, 0, 1],
    [-3, -3, 1, 0],
    [3, 3, 1, 0],
  ];
  expect(chooseChannels(momentOf(rows), 3)).toEqual([0, 2, 3]);
});

test('what has no energy of its own is not chosen', () => {
  const rows = [
    [2, 0, 4],
    [1, 0, 2],
  ];
  expect(chooseChannels(momentOf(rows), 3)).toEqual([2]);
});
