import path from 'node:path';
import type { NamedTensors, ValueInfo } from '../../runtime/session.ts';
import type { ModelManifest } from '../../../contract/manifest.ts';

/** All of a manifest that can be told from what a file is fed and gives. */
export interface Proposal {
  /** What the model was taken for, for a person. */
  readonly family: string;
  readonly input: ModelManifest['input'];
  readonly task: ModelManifest['task'];
}

type Detector = Extract<ModelManifest['task'], { role: 'detector' }>;
type Decode = Detector['decode'];
type Pixels = Pick<ModelManifest['input'], 'channels' | 'mean' | 'std'>;

const gray = (value: number): [number, number, number] => [value, value, value];
const pixels = (channels: 'RGB' | 'BGR', mean: number, std: number): Pixels => ({
  channels,
  mean: gray(mean),
  std: gray(std),
});

/** Where a file leaves its size open: what detectors and encoders are customarily fed. */
const OPEN_DETECTOR = { side: 640, multipleOf: 32 };
const OPEN_ENCODER = 112;
const COLORS = 3;

/** How a file takes its pictures; undefined where it takes none. */
export interface Feed {
  readonly name: string;
  readonly layout: 'NCHW' | 'NHWC';
  readonly width: number;
  readonly height: number;
  /** Both sides are open. */
  readonly open: boolean;
  /** The batch is open. */
  readonly dynamicBatch: boolean;
}

/** The ways in which the declared input can be read, the likeliest first. */
export function feedsOf(inputs: readonly ValueInfo[]): readonly Feed[] {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) return [];
  const { name, shape } = input;
  if (shape.length === 0) return openFeeds(name, 'NCHW', true);
  if (shape.length !== 4) return [];
  const layout = shape[1] === COLORS ? 'NCHW' : shape[3] === COLORS ? 'NHWC' : undefined;
  if (layout === undefined) return [];
  const dynamicBatch = !(typeof shape[0] === 'number' && shape[0] > 0);
  const [height, width] = layout === 'NCHW' ? shape.slice(2) : shape.slice(1, 3);
  if (typeof height === 'number' && height > 0 && typeof width === 'number' && width > 0)
    return [{ name, layout, width, height, open: false, dynamicBatch }];
  return openFeeds(name, layout, dynamicBatch);
}

const openFeeds = (name: string, layout: Feed['layout'], dynamicBatch: boolean): Feed[] =>
  [OPEN_DETECTOR.side, OPEN_ENCODER].map((side) => ({
    name,
    layout,
    width: side,
    height: side,
    open: true,
    dynamicBatch,
  }));

/**
 * Recognizes the families of detectors and encoders that people have, by the shapes of what a run
 * gave and the names where shapes do not decide; the order of the outputs does not matter. Where
 * the shapes leave open how pixels are fed, each customary way is one proposal, the likeliest first.
 *
 * @param outputs of one picture
 */
export function proposeTasks(feed: Feed, outputs: NamedTensors): readonly Proposal[] {
  const rows = Object.entries(outputs).flatMap(([name, { shape }]) => rowsOf(name, shape));
  return (
    yoloRows(feed, outputs) ??
    strideHeads(feed, rows) ??
    priorBoxes(feed, rows, outputs) ??
    encoder(feed, outputs) ??
    []
  );
}

/** A name for a model from that of its file: lower-case letters, digits and hyphens. */
export function idFromFile(file: string): string {
  const slug = path
    .basename(file, path.extname(file))
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 64);
  return slug.length < 2 ? `model-${slug || '1'}` : slug;
}

function detector(
  family: string,
  feed: Feed,
  ways: readonly Pixels[],
  decode: Decode,
  thresholds: Pick<Detector, 'scoreThreshold' | 'nmsIou'>,
): Proposal[] {
  return ways.map((way) => ({
    family,
    input: inputOf(feed, way),
    task: { role: 'detector', decode, ...thresholds },
  }));
}

const inputOf = (
  { name, layout, width, height, open, dynamicBatch }: Feed,
  way: Pixels,
): ModelManifest['input'] => ({
  name,
  layout,
  width,
  height,
  dynamicBatch,
  ...(open && width === OPEN_DETECTOR.side ? { multipleOf: OPEN_DETECTOR.multipleOf } : {}),
  ...way,
});

interface Rows {
  readonly name: string;
  readonly count: number;
  readonly width: number;
}

/** [1, count, width], [count, width], [1, count] */
function rowsOf(name: string, shape: readonly number[]): Rows[] {
  const inner = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
  if (inner.length !== 2) return [];
  return [{ name, count: inner[0]!, width: inner[1]! }];
}

const YOLO_PIXELS = [pixels('RGB', 0, 255), pixels('BGR', 0, 255), pixels('RGB', 0, 1)];
const YOLO_THRESHOLDS = { scoreThreshold: 0.5, nmsIou: 0.45 };

/** Values of a row → places of the scores and points. */
const yolo5: Readonly<
  Record<number, Pick<Extract<Decode, { kind: 'yolo-rows' }>, 'scores' | 'points'>>
> = {
  6: { scores: [4, 5] },
  16: { scores: [4, 15], points: { start: 5, step: 2 } },
};
const yolo8: typeof yolo5 = {
  5: { scores: [4] },
  15: { scores: [4], points: { start: 5, step: 2 } },
  20: { scores: [4], points: { start: 5, step: 3 } },
};

function yoloRows(feed: Feed, outputs: NamedTensors): Proposal[] | undefined {
  const [[output, tensor] = [], ...others] = Object.entries(outputs);
  if (output === undefined || tensor === undefined || others.length > 0) return undefined;
  const [batch, a, b] = tensor.shape;
  if (tensor.shape.length !== 3 || batch !== 1 || a === undefined || b === undefined)
    return undefined;
  const row = a > b ? yolo5[b] : undefined;
  const column = b > a ? yolo8[a] : undefined;
  const places = row ?? column;
  if (places === undefined) return undefined;
  const family = row === undefined ? 'YOLOv8-face' : 'YOLOv5-face';
  const decode: Decode = {
    kind: 'yolo-rows',
    output,
    channelFirst: row === undefined,
    values: Math.min(a, b),
    ...places,
  };
  return detector(family, feed, YOLO_PIXELS, decode, YOLO_THRESHOLDS);
}

const STRIDES = [4, 8, 16, 32, 64, 128];

const cells = ({ width, height }: Feed, stride: number): number =>
  Math.ceil(width / stride) * Math.ceil(height / stride);

/** One box, one or two scores and perhaps points for each cell of several strides. */
function strideHeads(feed: Feed, rows: readonly Rows[]): Proposal[] | undefined {
  const counts = [...new Set(rows.map(({ count }) => count))].sort((a, b) => b - a);
  const heads = counts.map((count) => headOf(feed, count, rows));
  const [first] = heads;
  if (first === undefined || heads.length < 2) return undefined;
  const complete = heads.every(
    (head) =>
      head !== undefined &&
      head.anchorsPerCell === first.anchorsPerCell &&
      (head.head.objectness === undefined) === (first.head.objectness === undefined),
  );
  if (!complete) return undefined;
  const isYuNet = first.head.objectness !== undefined;
  const decode: Decode = {
    kind: 'stride-heads',
    boxes: isYuNet ? 'exponential' : 'distances',
    anchorsPerCell: first.anchorsPerCell,
    combine: isYuNet ? 'geometric-mean' : 'product',
    heads: heads.map((head) => head!.head),
  };
  return isYuNet
    ? detector('YuNet', feed, [pixels('BGR', 0, 1)], decode, { scoreThreshold: 0.6, nmsIou: 0.3 })
    : detector('SCRFD', feed, [pixels('RGB', 127.5, 128)], decode, {
        scoreThreshold: 0.5,
        nmsIou: 0.4,
      });
}

/** The outputs that have so many rows, told apart by the width of a row. */
function headOf(feed: Feed, count: number, rows: readonly Rows[]) {
  for (const anchorsPerCell of [1, 2])
    for (const stride of STRIDES) {
      if (cells(feed, stride) * anchorsPerCell !== count) continue;
      const of = (width: number) =>
        rows.filter((row) => row.count === count && row.width === width).map(({ name }) => name);
      const [scores, boxes, points] = [of(1), of(4), of(10)];
      if (scores.length < 1 || scores.length > 2 || boxes.length !== 1 || points.length > 1)
        return undefined;
      return {
        anchorsPerCell,
        head: {
          stride,
          scores: scores[0]!,
          ...(scores[1] === undefined ? {} : { objectness: scores[1] }),
          boxes: boxes[0]!,
          ...(points[0] === undefined ? {} : { points: points[0] }),
        },
      };
    }
  return undefined;
}

/** Of RetinaFace, in pixels of its input. */
const RETINA_LEVELS = [
  { stride: 8, sides: [16, 32] },
  { stride: 16, sides: [64, 128] },
  { stride: 32, sides: [256, 512] },
];
const RETINA_PIXELS: Pixels = { channels: 'BGR', mean: [104, 117, 123], std: gray(1) };

function priorBoxes(
  feed: Feed,
  rows: readonly Rows[],
  outputs: NamedTensors,
): Proposal[] | undefined {
  const one = (width: number) => {
    const [found, ...more] = rows.filter((row) => row.width === width);
    return more.length === 0 ? found : undefined;
  };
  const [boxes, scores, points] = [one(4), one(2), one(10)];
  if (boxes === undefined || scores === undefined || boxes.count !== scores.count) return undefined;
  const expected = RETINA_LEVELS.reduce(
    (sum, { stride, sides }) => sum + cells(feed, stride) * sides.length,
    0,
  );
  if (boxes.count === expected) {
    const decode: Decode = {
      kind: 'prior-boxes',
      boxes: boxes.name,
      scores: scores.name,
      ...(points === undefined ? {} : { points: points.name }),
      softmax: !areProbabilities(outputs, scores.name),
      levels: RETINA_LEVELS,
      variances: [0.1, 0.2],
    };
    return detector('RetinaFace', feed, [RETINA_PIXELS], decode, {
      scoreThreshold: 0.6,
      nmsIou: 0.4,
    });
  }
  if (points !== undefined) return undefined;
  const decode: Decode = {
    kind: 'boxes-scores',
    boxes: boxes.name,
    scores: scores.name,
    face: 1,
    format: 'xyxy',
    units: 'relative',
  };
  return detector(
    'a single-shot detector with boxes and two classes',
    feed,
    [pixels('RGB', 127, 128)],
    decode,
    { scoreThreshold: 0.7, nmsIou: 0.3 },
  );
}

function areProbabilities(outputs: NamedTensors, name: string): boolean {
  const { data } = outputs[name]!;
  for (let i = 0; i + 1 < data.length; i += 2)
    if (Math.abs(Number(data[i]) + Number(data[i + 1]) - 1) > 1e-3) return false;
  return true;
}

const ENCODER_SIDES = [80, 260] as const;
const ENCODER_DIMENSIONS = [32, 4096] as const;
/** Encoders were trained on pixels of −1…1, on raw ones, or on shares of one. */
const ENCODER_PIXELS = [
  pixels('RGB', 127.5, 127.5),
  pixels('BGR', 127.5, 127.5),
  pixels('RGB', 0, 1),
  pixels('RGB', 0, 255),
];
/** Careful: nobody has measured this model. Distances of L2-normalized encodings. */
const UNMEASURED = { verification: 1, identification: 0.9 };

function encoder(feed: Feed, outputs: NamedTensors): Proposal[] | undefined {
  const vectors = Object.entries(outputs).filter(
    ([, { shape }]) =>
      shape.length === 2 && shape[0] === 1 && isBetween(shape[1]!, ENCODER_DIMENSIONS),
  );
  const [[output, tensor] = [], ...more] = vectors;
  if (output === undefined || tensor === undefined || more.length > 0) return undefined;
  if (feed.width !== feed.height || !isBetween(feed.width, ENCODER_SIDES)) return undefined;
  return ENCODER_PIXELS.map((way) => ({
    family: `a face encoder of ${tensor.shape[1]} numbers`,
    input: inputOf(feed, way),
    task: {
      role: 'encoder',
      output,
      dimension: tensor.shape[1]!,
      alignment: 'arcface-5',
      metric: 'cosine',
      mirror: true,
      thresholds: UNMEASURED,
      probability: { midpoint: UNMEASURED.verification, slope: 10 / UNMEASURED.verification },
    },
  }));
}

const isBetween = (value: number, [least, most]: readonly [number, number]): boolean =>
  value >= least && value <= most;
