import { intersectionOverUnion, type Detection } from '../../foundation/geometry.ts';
import { assertNever, LikenessError } from '../../contract/errors.ts';
import type { Box, Point } from '../../contract/values.ts';
import type { ManifestOf } from '../../contract/manifest.ts';
import {
  outputOf,
  batchLimit,
  chunksOf,
  runOnImages,
  type NetworkOutputs,
  type Network,
} from './network.ts';
import type { Placement } from '../images/resampling.ts';
import type { RgbImage } from '../images/rgb-image.ts';

/**
 * Greedy non-maximum suppression: keeps the best detection, drops what overlaps it by more than
 * `maximumIou`, and so on. Best first.
 */
export function suppressNonMaxima<T extends Detection>(
  detections: readonly T[],
  maximumIou: number,
): T[] {
  const kept: T[] = [];
  for (const candidate of detections.toSorted((a, b) => b.score - a.score)) {
    const isNew = kept.every(({ box }) => intersectionOverUnion(box, candidate.box) <= maximumIou);
    if (isNew) kept.push(candidate);
  }
  return kept;
}

type Decode = ManifestOf<'detector'>['task']['decode'];
type DecodeOf<K extends Decode['kind']> = Extract<Decode, { kind: K }>;

interface InputSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Everything that scores at least `threshold`, per picture of the batch, in pixels of the input. A
 * box without an area, or with a value that is not a number, is no face.
 *
 * @param input what the network saw: grids and priors are laid out over it.
 * @throws LikenessError `model_incompatible` where an output is missing or has another size.
 */
export function decodeDetections(
  decode: Decode,
  outputs: NetworkOutputs,
  batch: number,
  input: InputSize,
  threshold: number,
): Detection[][] {
  const pictures = Array.from({ length: batch }, (_, n) => n);
  const found = pictures.map((n) =>
    decodePicture(decode, new Outputs(outputs, n, batch), input, threshold),
  );
  return found.map((detections) => detections.filter(isFace));
}

function decodePicture(
  decode: Decode,
  outputs: Outputs,
  input: InputSize,
  threshold: number,
): Detection[] {
  switch (decode.kind) {
    case 'yolo-grid':
      return decodeYoloGrid(outputs, decode, threshold);
    case 'boxes-scores':
      return decodeBoxes(outputs, decode, input, threshold);
    case 'stride-heads':
      return decode.heads.flatMap((head) => decodeStride(outputs, decode, head, input, threshold));
    case 'prior-boxes':
      return decodePriors(outputs, decode, input, threshold);
    case 'yolo-rows':
      return decodeRows(outputs, decode, threshold);
    default:
      return assertNever(decode);
  }
}

const isFace = ({ box, points = [] }: Detection): boolean =>
  box.width > 0 &&
  box.height > 0 &&
  [box.x, box.y, box.width, box.height, ...points.flat()].every(Number.isFinite);

/** What a run gave for one picture of its batch. */
class Outputs {
  readonly #outputs: NetworkOutputs;
  readonly #picture: number;
  readonly #batch: number;

  constructor(outputs: NetworkOutputs, picture: number, batch: number) {
    this.#outputs = outputs;
    this.#picture = picture;
    this.#batch = batch;
  }

  dims(name: string): readonly number[] {
    return outputOf(this.#outputs, name).dims;
  }

  /** The values of this picture, whether or not the output has a dimension for the batch. */
  values(name: string): Float32Array {
    const { data } = outputOf(this.#outputs, name);
    const size = data.length / this.#batch;
    return data.subarray(this.#picture * size, (this.#picture + 1) * size);
  }

  /** The same, of so many rows of so many values. */
  rows(name: string, rows: number, width: number): Float32Array {
    const values = this.values(name);
    if (values.length === rows * width) return values;
    throw new LikenessError(
      'model_incompatible',
      `The output "${name}" of the model should have ${rows} rows of ${width} values, but it is ` +
        `[${this.dims(name).join(', ')}].`,
      { details: { output: name } },
    );
  }
}

/** YOLO 9000 (Redmon & Farhadi 2016), equation 3 onward, without classes. */
function decodeYoloGrid(
  outputs: Outputs,
  { output, stride, anchors }: DecodeOf<'yolo-grid'>,
  threshold: number,
): Detection[] {
  const [, rows = 0, columns = 0] = outputs.dims(output);
  const data = outputs.values(output);
  const minimumLogit = Math.log(threshold / (1 - threshold));
  const detections: Detection[] = [];
  let at = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (const [anchorWidth, anchorHeight] of anchors) {
        const logit = data[at + 4]!;
        if (logit >= minimumLogit) {
          const width = anchorWidth * Math.exp(data[at + 2]!) * stride;
          const height = anchorHeight * Math.exp(data[at + 3]!) * stride;
          const x = (column + sigmoid(data[at]!)) * stride - width / 2;
          const y = (row + sigmoid(data[at + 1]!)) * stride - height / 2;
          detections.push({ box: { x, y, width, height }, score: sigmoid(logit) });
        }
        at += 5;
      }
  return detections;
}

function decodeBoxes(
  outputs: Outputs,
  { boxes: boxesName, scores: scoresName, format, units, face }: DecodeOf<'boxes-scores'>,
  input: InputSize,
  threshold: number,
): Detection[] {
  const boxes = outputs.values(boxesName);
  const scores = outputs.values(scoresName);
  const scale = units === 'pixels' ? { width: 1, height: 1 } : input;
  const [column, columns] = face === undefined ? [0, 1] : [face, 2];
  const detections: Detection[] = [];
  for (let i = 0; i * columns < scores.length; i++) {
    const score = scores[i * columns + column]!;
    if (!(score >= threshold)) continue;
    const corners = boxes.subarray(i * 4, i * 4 + 4) as unknown as Corners;
    detections.push({ box: scaled(boxFrom(corners, format), scale), score });
  }
  return detections;
}

/** Cells row by row, the anchors of a cell one after another. */
function decodeStride(
  outputs: Outputs,
  { anchorsPerCell, boxes: form, combine }: DecodeOf<'stride-heads'>,
  { stride, ...names }: DecodeOf<'stride-heads'>['heads'][number],
  input: InputSize,
  threshold: number,
): Detection[] {
  const [rows, columns] = [Math.ceil(input.height / stride), Math.ceil(input.width / stride)];
  const count = rows * columns * anchorsPerCell;
  const scores = outputs.rows(names.scores, count, 1);
  const objectness = names.objectness && outputs.rows(names.objectness, count, 1);
  const boxes = outputs.rows(names.boxes, count, 4);
  const points = names.points && outputs.rows(names.points, count, 10);
  const detections: Detection[] = [];
  for (let i = 0; i < count; i++) {
    const product = scores[i]! * (objectness ? objectness[i]! : 1);
    const score = combine === 'product' ? product : Math.sqrt(product);
    if (!(score >= threshold)) continue;
    const cell = Math.floor(i / anchorsPerCell);
    const place: Point = [(cell % columns) * stride, Math.floor(cell / columns) * stride];
    const box = boxOfCell(boxes.subarray(i * 4, i * 4 + 4), place, stride, form);
    detections.push({
      box,
      score,
      ...(points && {
        points: pointsFrom(points, i * 10, 2, ([x, y]) => offset(place, [x, y], stride)),
      }),
    });
  }
  return detections;
}

const offset = ([x, y]: Point, [dx, dy]: Point, by: number): Point => [x + dx * by, y + dy * by];

function boxOfCell(
  values: Float32Array,
  [x, y]: Point,
  stride: number,
  form: DecodeOf<'stride-heads'>['boxes'],
): Box {
  const [a, b, c, d] = values as unknown as Corners;
  if (form === 'distances')
    return {
      x: x - a * stride,
      y: y - b * stride,
      width: (a + c) * stride,
      height: (b + d) * stride,
    };
  const [width, height] = [Math.exp(c) * stride, Math.exp(d) * stride];
  return { x: x + a * stride - width / 2, y: y + b * stride - height / 2, width, height };
}

/** SSD's box coding (Liu et al. 2016) relative to square priors in the middle of their cells. */
function decodePriors(
  outputs: Outputs,
  decode: DecodeOf<'prior-boxes'>,
  input: InputSize,
  threshold: number,
): Detection[] {
  const { levels, softmax, variances } = decode;
  const sizes = levels.map(({ stride, sides }) => ({
    stride,
    sides,
    columns: Math.ceil(input.width / stride),
    rows: Math.ceil(input.height / stride),
  }));
  const count = sizes.reduce(
    (sum, { sides, columns, rows }) => sum + columns * rows * sides.length,
    0,
  );
  const boxes = outputs.rows(decode.boxes, count, 4);
  const scores = outputs.rows(decode.scores, count, 2);
  const points = decode.points && outputs.rows(decode.points, count, 10);
  const detections: Detection[] = [];
  let i = -1;
  for (const { stride, sides, columns, rows } of sizes)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (const side of sides) {
          i += 1;
          const [background, face] = [scores[2 * i]!, scores[2 * i + 1]!];
          const score = softmax ? sigmoid(face - background) : face;
          if (!(score >= threshold)) continue;
          const middle: Point = [(column + 0.5) * stride, (row + 0.5) * stride];
          const [dx, dy, dw, dh] = boxes.subarray(4 * i, 4 * i + 4) as unknown as Corners;
          const [cx, cy] = offset(middle, [dx, dy], variances[0] * side);
          const width = side * Math.exp(dw * variances[1]);
          const height = side * Math.exp(dh * variances[1]);
          detections.push({
            box: { x: cx - width / 2, y: cy - height / 2, width, height },
            score,
            ...(points && {
              points: pointsFrom(points, 10 * i, 2, (d) => offset(middle, d, variances[0] * side)),
            }),
          });
        }
  return detections;
}

function decodeRows(
  outputs: Outputs,
  { output, channelFirst, values: width, scores, points }: DecodeOf<'yolo-rows'>,
  threshold: number,
): Detection[] {
  const data = outputs.values(output);
  const count = data.length / width;
  if (!Number.isInteger(count)) outputs.rows(output, Math.floor(count), width);
  const at = channelFirst
    ? (row: number, place: number) => data[place * count + row]!
    : (row: number, place: number) => data[row * width + place]!;
  const detections: Detection[] = [];
  for (let row = 0; row < count; row++) {
    const score = scores.reduce((product, place) => product * at(row, place), 1);
    if (!(score >= threshold)) continue;
    const box = boxFrom([at(row, 0), at(row, 1), at(row, 2), at(row, 3)], 'cxcywh');
    const pointAt = (n: number): Point => [
      at(row, points!.start + n * points!.step),
      at(row, points!.start + n * points!.step + 1),
    ];
    detections.push({ box, score, ...(points && { points: FIVE.map(pointAt) }) });
  }
  return detections;
}

const FIVE = [0, 1, 2, 3, 4] as const;

/** Five points of `step` values each, moved to where they lie in the input. */
function pointsFrom(
  data: Float32Array,
  start: number,
  step: number,
  place: (point: Point) => Point,
): Point[] {
  return FIVE.map((n) => place([data[start + n * step]!, data[start + n * step + 1]!]));
}

type Corners = readonly [number, number, number, number];

function boxFrom([a, b, c, d]: Corners, format: DecodeOf<'boxes-scores'>['format']): Box {
  switch (format) {
    case 'xyxy':
      return { x: a, y: b, width: c - a, height: d - b };
    case 'yxyx':
      return { x: b, y: a, width: d - b, height: c - a };
    case 'cxcywh':
      return { x: a - c / 2, y: b - d / 2, width: c, height: d };
    default:
      return assertNever(format);
  }
}

const scaled = ({ x, y, width, height }: Box, by: InputSize): Box => ({
  x: x * by.width,
  y: y * by.height,
  width: width * by.width,
  height: height * by.height,
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** What the network sees of a picture, and where that lies. */
export interface View {
  readonly image: RgbImage;
  /** seen = picture · scale + offset */
  readonly placement: Placement;
}

const VIEWS_PER_RUN = 8;

/**
 * What the network takes for a face in each of several views of equal size, best first, in pixels
 * of the picture.
 *
 * @param threshold lowest score, 0…1.
 */
export async function detectInViews(
  network: Network<'detector'>,
  views: readonly View[],
  threshold: number,
): Promise<Detection[][]> {
  const found: Detection[][] = [];
  for (const batch of chunksOf(views, batchLimit(network.manifest, VIEWS_PER_RUN)))
    found.push(...(await detectInBatch(network, batch, threshold)));
  return found;
}

async function detectInBatch(
  network: Network<'detector'>,
  views: readonly View[],
  threshold: number,
): Promise<Detection[][]> {
  const { decode, nmsIou } = network.manifest.task;
  const entries = views.map(({ image }) => ({ image, mirrored: false }));
  const outputs = await runOnImages(network, entries);
  const size = views[0]!.image;
  return decodeDetections(decode, outputs, views.length, size, threshold).map((detections, i) =>
    suppressNonMaxima(detections, nmsIou).map((detection) =>
      inPicture(detection, views[i]!.placement),
    ),
  );
}

function inPicture({ box, score, points }: Detection, { x, y, scale }: Placement): Detection {
  const back = ([px, py]: Point): Point => [(px - x) / scale, (py - y) / scale];
  const [left, top] = back([box.x, box.y]);
  return {
    box: { x: left, y: top, width: box.width / scale, height: box.height / scale },
    score,
    ...(points && { points: points.map(back) }),
  };
}
