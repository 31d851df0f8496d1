import { describe, expect, it } from 'vitest';
import type { Box } from '../../app/contract/values.ts';
import { decodeDetections } from './detection-decoding.ts';
import { intersectionOverUnion, squareAround } from './geometry.ts';
import { suppressNonMaxima } from './nms.ts';

const box = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height });

describe('intersectionOverUnion', () => {
  it.each([
    ['the same', box(1, 2, 3, 4), 1],
    ['apart', box(10, 10, 3, 4), 0],
    ['touching', box(4, 2, 3, 4), 0],
    ['half covered', box(1, 4, 3, 4), 1 / 3],
    ['inside', box(2, 3, 1, 2), 1 / 6],
  ])('%s', (_, other, expected) => {
    expect(intersectionOverUnion(box(1, 2, 3, 4), other)).toBeCloseTo(expected, 12);
    expect(intersectionOverUnion(other, box(1, 2, 3, 4))).toBeCloseTo(expected, 12);
  });
});

describe('suppressNonMaxima', () => {
  const detection = (score: number, x: number) => ({ score, box: box(x, 0, 10, 10) });

  it('keeps the best of what overlaps, best first', () => {
    const all = [detection(0.5, 0), detection(0.9, 2), detection(0.7, 40), detection(0.6, 3)];
    expect(suppressNonMaxima(all, 0.4).map(({ score }) => score)).toEqual([0.9, 0.7]);
  });

  it('is not transitive: what only a suppressed box overlaps stays', () => {
    const chain = [detection(0.9, 0), detection(0.8, 4), detection(0.7, 8)];
    expect(suppressNonMaxima(chain, 0.4).map(({ score }) => score)).toEqual([0.9, 0.7]);
  });

  it('keeps boxes that overlap by exactly the limit', () => {
    expect(suppressNonMaxima([detection(0.9, 0), detection(0.8, 5)], 1 / 3)).toHaveLength(2);
    expect(suppressNonMaxima([], 0.4)).toEqual([]);
  });
});

describe('decodeDetections', () => {
  const logit = (p: number) => Math.log(p / (1 - p));

  it('reads a YOLO grid: sigmoid for centre and score, exponential for size', () => {
    const data = new Float32Array(2 * 2 * 3 * 2 * 5).fill(-20);
    // Picture 1 of the batch, row 1, column 2, anchor 1.
    data.set(
      [logit(0.25), logit(0.5), Math.log(2), Math.log(0.5), logit(0.8)],
      (((1 * 2 + 1) * 3 + 2) * 2 + 1) * 5,
    );
    const [none, found] = decodeDetections(
      {
        kind: 'yolo-grid',
        output: 'grid',
        stride: 32,
        anchors: [
          [1, 1],
          [2, 3],
        ],
      },
      { grid: { dims: [2, 2, 3, 10], data } },
      2,
      { width: 96, height: 64 },
      0.5,
    );
    expect(none).toEqual([]);
    expect(found).toHaveLength(1);
    expect(found![0]!.score).toBeCloseTo(0.8, 6);
    const { x, y, width, height } = found![0]!.box;
    expect([width, height]).toEqual([expect.closeTo(128, 3), expect.closeTo(48, 3)]);
    expect([x + width / 2, y + height / 2]).toEqual([expect.closeTo(72, 3), expect.closeTo(48, 3)]);
  });

  it.each([
    ['xyxy', [0.1, 0.2, 0.5, 0.4]],
    ['yxyx', [0.2, 0.1, 0.4, 0.5]],
    ['cxcywh', [0.3, 0.3, 0.4, 0.2]],
  ] as const)('reads boxes as %s', (format, values) => {
    const boxes = { dims: [1, 2, 4], data: Float32Array.from([...values, ...values]) };
    const scores = { dims: [1, 2], data: Float32Array.of(0.9, 0.3) };
    const decode = {
      kind: 'boxes-scores',
      boxes: 'b',
      scores: 's',
      format,
      units: 'relative',
    } as const;
    const [found] = decodeDetections(
      decode,
      { b: boxes, s: scores },
      1,
      { width: 200, height: 100 },
      0.5,
    );
    expect(found).toHaveLength(1);
    const { x, y, width, height } = found![0]!.box;
    [x, y, width, height].forEach((value, i) => expect(value).toBeCloseTo([20, 20, 80, 20][i]!, 4));
  });

  it('names an output that the model does not have', () => {
    const decode = { kind: 'yolo-grid', output: 'grid', stride: 32, anchors: [[1, 1]] } as const;
    const size = { width: 32, height: 32 };
    expect(() =>
      decodeDetections(
        { ...decode, anchors: [[1, 1]] },
        { other: { dims: [], data: new Float32Array() } },
        1,
        size,
        0.5,
      ),
    ).toThrow(/no output "grid"; it has: other/);
  });
});

it('pads a box to a square about its centre', () => {
  expect(squareAround(box(10, 20, 30, 50), 1.2)).toEqual(box(-5, 15, 60, 60));
});
