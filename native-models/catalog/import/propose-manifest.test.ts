import { expect, test } from 'vitest';
import { float32 } from '../../graph/tensor.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import { feedsOf, idFromFile, proposeTasks, type Feed } from './propose-manifest.ts';

const FEED: Feed = {
  name: 'image',
  layout: 'NCHW',
  width: 640,
  height: 640,
  open: false,
  dynamicBatch: false,
};

/** Name → shape; in the order given. */
const outputs = (...shapes: readonly (readonly [string, readonly number[]])[]): NamedTensors =>
  Object.fromEntries(
    shapes.map(([name, shape]) => [
      name,
      float32(shape, new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5)),
    ]),
  );

const yunet = [8, 16, 32].flatMap((stride) => {
  const cells = (640 / stride) ** 2;
  return [
    [`cls_${stride}`, [1, cells, 1]],
    [`obj_${stride}`, [1, cells, 1]],
    [`bbox_${stride}`, [1, cells, 4]],
    [`kps_${stride}`, [1, cells, 10]],
  ] as const;
});
/** As InsightFace exports them: numbers for names, two anchors per cell, no batch. */
const scrfd = [12800, 3200, 800].flatMap((anchors, i) =>
  [1, 4, 10].map((width, j) => [String(440 + 10 * j + i), [anchors, width]] as const),
);
const retina = [
  ['landms', [1, 16800, 10]],
  ['conf', [1, 16800, 2]],
  ['loc', [1, 16800, 4]],
] as const;

test.each([
  ['YuNet', yunet, 'stride-heads'],
  ['SCRFD', scrfd, 'stride-heads'],
  ['RetinaFace', retina, 'prior-boxes'],
  ['YOLOv5-face', [['output0', [1, 25200, 16]]], 'yolo-rows'],
  ['YOLOv8-face', [['output0', [1, 20, 8400]]], 'yolo-rows'],
  ['YOLOv8-face', [['output0', [1, 5, 8400]]], 'yolo-rows'],
] as const)('%s is recognized, whatever the order of its outputs', (family, shapes, kind) => {
  const [proposal] = proposeTasks(FEED, outputs(...shapes));
  const [turned] = proposeTasks(FEED, outputs(...shapes.toReversed()));
  expect(proposal).toMatchObject({ family, task: { role: 'detector', decode: { kind } } });
  expect(turned).toMatchObject({ family, task: { role: 'detector', decode: { kind } } });
});

test('the outputs of a head are told apart by the width of their rows', () => {
  const [proposal] = proposeTasks(FEED, outputs(...scrfd.toReversed()));
  expect(proposal).toMatchObject({
    task: {
      decode: {
        boxes: 'distances',
        anchorsPerCell: 2,
        heads: [
          { stride: 8, scores: '440', boxes: '450', points: '460' },
          { stride: 16, scores: '441', boxes: '451', points: '461' },
          { stride: 32, scores: '442', boxes: '452', points: '462' },
        ],
      },
    },
  });
});

test('two classes that already sum to one need no softmax', () => {
  const [sum] = proposeTasks(FEED, outputs(...retina));
  expect(sum).toMatchObject({ task: { decode: { softmax: false } } });
  const logits = {
    ...outputs(...retina),
    conf: float32([1, 16800, 2], new Float32Array(33600).fill(3)),
  };
  expect(proposeTasks(FEED, logits)[0]).toMatchObject({ task: { decode: { softmax: true } } });
});

test('an encoder is proposed in each customary way of feeding it', () => {
  const feed = { ...FEED, width: 112, height: 112 };
  const proposals = proposeTasks(feed, outputs(['emb', [1, 512]]));
  expect(proposals.map(({ input }) => [input.channels, input.mean[0], input.std[0]])).toEqual([
    ['RGB', 127.5, 127.5],
    ['BGR', 127.5, 127.5],
    ['RGB', 0, 1],
    ['RGB', 0, 255],
  ]);
});

type Shapes = readonly (readonly [string, readonly number[]])[];

test.each<{ readonly what: string; readonly shapes: Shapes }>([
  { what: 'a classifier of 640 pixels', shapes: [['y', [1, 1000]]] },
  { what: 'YOLO of 80 classes', shapes: [['y', [1, 25200, 85]]] },
  { what: 'one head alone', shapes: yunet.slice(0, 3) },
])('nothing is proposed for $what', ({ shapes }) => {
  expect(proposeTasks(FEED, outputs(...shapes))).toEqual([]);
});

test.each([
  [[1, 3, 112, 112], [{ layout: 'NCHW', width: 112, open: false, dynamicBatch: false }]],
  [['N', 112, 112, 3], [{ layout: 'NHWC', width: 112, open: false, dynamicBatch: true }]],
  [
    ['b', 3, 'h', 'w'],
    [
      { width: 640, open: true },
      { width: 112, open: true },
    ],
  ],
  [
    [],
    [
      { width: 640, open: true },
      { width: 112, open: true },
    ],
  ],
  [[1, 1, 112, 112], []],
  [[1, 512], []],
])('an input of %j is read as %j', (shape, expected) => {
  expect(feedsOf([{ name: 'x', type: 'float32', shape }])).toEqual(
    expected.map((feed) => expect.objectContaining(feed) as unknown),
  );
});

test.each([
  ['/a/YuNet_2023 Mar.onnx', 'yunet-2023-mar'],
  ['é.onnx', 'model-e'],
  ['_.onnx', 'model-1'],
])('%s is called %s', (file, id) => {
  expect(idFromFile(file)).toBe(id);
});
