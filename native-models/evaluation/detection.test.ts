import { describe, expect, test } from 'vitest';
import { averagePrecision, judgeDetections, precisionRecall, shareInterval } from './detection.ts';

const box = (x: number, size = 10) => ({ x, y: 0, width: size, height: size });
const face = (x: number, score: number, size = 10) => ({ box: box(x, size), score });

describe('faces whose places are known', () => {
  test('are found once each, by the surest that lies on them', () => {
    const counts = judgeDetections({
      expected: [box(0), box(100)],
      found: [face(1, 0.8), face(0, 0.9), face(200, 0.7)],
    });
    expect(counts).toMatchObject({ faces: 2, found: 1, falseAlarms: 2 });
    expect(counts.judged).toEqual([
      { score: 0.9, right: true },
      { score: 0.8, right: false },
      { score: 0.7, right: false },
    ]);
  });

  test('an overlap of one half is enough, less is not', () => {
    // A third of the side apart: 2/3 / (4/3) = 0.5.
    const at = (x: number) => judgeDetections({ expected: [box(0)], found: [face(x, 1)] }).found;
    expect([at(3.3), at(3.4)]).toEqual([1, 0]);
  });
});

test('where only their number is known, so many are right and every other is a false alarm', () => {
  const found = [face(0, 0.5), face(50, 0.9)];
  expect(judgeDetections({ expected: 1, found })).toMatchObject({ found: 1, falseAlarms: 1 });
  expect(judgeDetections({ expected: 0, found })).toMatchObject({ found: 0, falseAlarms: 2 });
  expect(judgeDetections({ expected: 1, found: [] })).toMatchObject({ faces: 1, found: 0 });
});

describe('average precision', () => {
  const of = (faces: number, ...right: readonly boolean[]) =>
    averagePrecision(
      precisionRecall([
        {
          faces,
          found: right.filter(Boolean).length,
          falseAlarms: 0,
          judged: right.map((is, i) => ({ score: 1 - i / 10, right: is })),
        },
      ]),
    );

  test('is one where all are found before any false alarm, and zero without a find', () => {
    expect(of(2, true, true, false)).toBe(1);
    expect(of(2, false, false)).toBe(0);
    expect(of(2)).toBe(0);
  });

  test('takes the best precision at each recall or more', () => {
    // Right, wrong, right, of four: 1/4 · 1 + 1/4 · 2/3.
    expect(of(4, true, false, true)).toBeCloseTo(1 / 4 + 1 / 6, 12);
  });
});

test('the interval of a share is that of Wilson', () => {
  // 8 of 10 and 0 of 20: R, prop.test without correction.
  expect(shareInterval(8, 10).low).toBeCloseTo(0.4901625, 5);
  expect(shareInterval(8, 10).high).toBeCloseTo(0.9433178, 5);
  expect(shareInterval(0, 20)).toEqual({ low: 0, high: expect.closeTo(0.1611252, 5) as number });
  expect(shareInterval(0, 0)).toEqual({ low: 0, high: 1 });
});
