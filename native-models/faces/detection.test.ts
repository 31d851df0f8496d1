import { describe, expect, it } from 'vitest';
import type { Box } from '../../contract/values.ts';
import { decodeDetections, suppressNonMaxima } from './detect.ts';
import { intersectionOverUnion, squareAround } from '../../foundation/geometry.ts';

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

type Decode = Parameters<typeof decodeDetections>[0];

describe('decodeDetections', () => {
  const logit = (p: number) => Math.log(p / (1 - p));
  const round = (value: number) => Math.round(value * 1e4) / 1e4;
  const rounded = ({ x, y, width, height }: Box) =>
    box(round(x), round(y), round(width), round(height));

  it('reads a YOLO grid: sigmoid for center and score, exponential for size', () => {
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

  /** Rows of equal width, one value set at a time. */
  const rows = (
    count: number,
    width: number,
    set: readonly (readonly [row: number, values: readonly number[]])[],
  ) => {
    const data = new Float32Array(count * width);
    for (const [row, values] of set) data.set(values, row * width);
    return { dims: [1, count, width], data };
  };
  const five = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  /** 64 × 32 pixels: 8 × 4 cells of stride 8, 4 × 2 of stride 16. */
  const INPUT = { width: 64, height: 32 };

  it('reads the heads of YuNet: exponential sizes, the geometric mean of both scores', () => {
    const decode: Decode = {
      kind: 'stride-heads',
      boxes: 'exponential',
      anchorsPerCell: 1,
      combine: 'geometric-mean',
      heads: [
        { stride: 8, scores: 'cls_8', objectness: 'obj_8', boxes: 'bbox_8', points: 'kps_8' },
        { stride: 16, scores: 'cls_16', objectness: 'obj_16', boxes: 'bbox_16', points: 'kps_16' },
      ],
    };
    const outputs = {
      cls_8: rows(32, 1, []),
      obj_8: rows(32, 1, []),
      bbox_8: rows(32, 4, []),
      kps_8: rows(32, 10, []),
      // Row 1, column 2 of the coarse grid.
      cls_16: rows(8, 1, [[6, [0.9]]]),
      obj_16: rows(8, 1, [[6, [0.4]]]),
      bbox_16: rows(8, 4, [[6, [0.25, 0.5, Math.log(2), Math.log(1.5)]]]),
      kps_16: rows(8, 10, [[6, five]]),
    };
    const [found] = decodeDetections(decode, outputs, 1, INPUT, 0.5);
    expect(found).toHaveLength(1);
    expect(found![0]!.score).toBeCloseTo(0.6, 6);
    // Center (2.25, 1.5) · 16, size (2, 1.5) · 16.
    expect(rounded(found![0]!.box)).toEqual(box(20, 12, 32, 24));
    expect(found![0]!.points).toEqual([
      [48, 48],
      [80, 80],
      [112, 112],
      [144, 144],
      [176, 176],
    ]);
  });

  it('reads the heads of SCRFD: distances to four sides, two anchors per cell, no batch dimension', () => {
    const decode: Decode = {
      kind: 'stride-heads',
      boxes: 'distances',
      anchorsPerCell: 2,
      combine: 'product',
      heads: [{ stride: 16, scores: 's', boxes: 'b' }],
    };
    const flat = (output: { data: Float32Array }, width: number) => ({
      dims: [16, width],
      data: output.data,
    });
    const outputs = {
      // The second anchor of row 0, column 3.
      s: flat(rows(16, 1, [[7, [0.7]]]), 1),
      b: flat(rows(16, 4, [[7, [1, 0.5, 0.75, 1.25]]]), 4),
    };
    const [found] = decodeDetections(decode, outputs, 1, INPUT, 0.5);
    expect(found!.map((face) => face.box)).toEqual([box(32, -8, 28, 28)]);
  });

  it('reads the priors of RetinaFace: offsets scaled by variances, of two classes the second', () => {
    const decode: Decode = {
      kind: 'prior-boxes',
      boxes: 'loc',
      scores: 'conf',
      points: 'landms',
      softmax: true,
      levels: [
        { stride: 8, sides: [16, 32] },
        { stride: 16, sides: [64] },
      ],
      variances: [0.1, 0.2],
    };
    // The prior of side 32 in row 1, column 3 of the first level: number (8 + 3) · 2 + 1.
    const outputs = {
      loc: rows(72, 4, [[23, [1, -2, 5 * Math.log(2), 0]]]),
      conf: rows(
        72,
        2,
        Array.from({ length: 72 }, (_, i) => [i, i === 23 ? [0, logit(0.8)] : [9, 0]]),
      ),
      landms: rows(72, 10, [[23, [0, 0, 1, 0, 0, 1, 1, 1, -1, -1]]]),
    };
    const [found] = decodeDetections(decode, outputs, 1, INPUT, 0.5);
    expect(found).toHaveLength(1);
    expect(found![0]!.score).toBeCloseTo(0.8, 6);
    // Middle of the cell (28, 12), moved by 0.1 · 32 · (1, -2); twice as wide as the prior.
    expect(rounded(found![0]!.box)).toEqual(box(-0.8, -10.4, 64, 32));
    expect(found![0]!.points!.map(([x, y]) => [round(x), round(y)])).toEqual([
      [28, 12],
      [31.2, 12],
      [28, 15.2],
      [31.2, 15.2],
      [24.8, 8.8],
    ]);
  });

  it('reads the rows of YOLOv5-face and, channel first, the columns of YOLOv8-face', () => {
    const five5: Decode = {
      kind: 'yolo-rows',
      output: 'y',
      channelFirst: false,
      values: 16,
      scores: [4, 15],
      points: { start: 5, step: 2 },
    };
    const row = [30, 20, 10, 8, 0.8, ...five, 0.75];
    const [v5] = decodeDetections(five5, { y: rows(3, 16, [[1, row]]) }, 1, INPUT, 0.5);
    expect(v5!.map((face) => face.box)).toEqual([box(25, 16, 10, 8)]);
    expect(v5![0]!.score).toBeCloseTo(0.6, 6);
    expect(v5![0]!.points).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
      [9, 10],
    ]);

    const eight: Decode = {
      kind: 'yolo-rows',
      output: 'y',
      channelFirst: true,
      values: 20,
      scores: [4],
      points: { start: 5, step: 3 },
    };
    const column = [30, 20, 10, 8, 0.7, 1, 2, 0.9, 3, 4, 0.9, 5, 6, 0.9, 7, 8, 0.9, 9, 10, 0.9];
    const data = new Float32Array(20 * 3);
    column.forEach((value, place) => (data[place * 3 + 2] = value));
    const [v8] = decodeDetections(eight, { y: { dims: [1, 20, 3], data } }, 1, INPUT, 0.5);
    expect(v8!.map((face) => face.box)).toEqual([box(25, 16, 10, 8)]);
    expect(v8![0]!.points).toEqual(v5![0]!.points);
  });

  it('drops boxes without an area and boxes of values that are no numbers', () => {
    const decode: Decode = {
      kind: 'yolo-rows',
      output: 'y',
      channelFirst: false,
      values: 6,
      scores: [4, 5],
    };
    const outputs = {
      y: rows(4, 6, [
        [0, [30, 20, 0, 8, 1, 1]],
        [1, [30, 20, 8, -3, 1, 1]],
        [2, [NaN, 20, 8, 8, 1, 1]],
        [3, [30, 20, 8, 8, 1, 1]],
      ]),
    };
    expect(decodeDetections(decode, outputs, 1, INPUT, 0.5)[0]).toHaveLength(1);
  });

  it('says what an output should have where it has another number of rows', () => {
    const decode: Decode = {
      kind: 'stride-heads',
      boxes: 'distances',
      anchorsPerCell: 1,
      combine: 'product',
      heads: [{ stride: 16, scores: 's', boxes: 'b' }],
    };
    const outputs = { s: rows(8, 1, []), b: rows(9, 4, []) };
    expect(() => decodeDetections(decode, outputs, 1, INPUT, 0.5)).toThrow(
      /"b" of the model should have 8 rows of 4 values, but it is \[1, 9, 4\]/,
    );
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

it('pads a box to a square about its center', () => {
  expect(squareAround(box(10, 20, 30, 50), 1.2)).toEqual(box(-5, 15, 60, 60));
});
