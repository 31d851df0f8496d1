import { assertNever } from '../../app/contract/errors.ts';
import type { Box } from '../../app/contract/values.ts';
import type { ManifestOf } from '../catalog/manifest.ts';
import type { Detection } from './geometry.ts';
import { outputOf, type NetworkOutputs, type NetworkTensor } from './network.ts';

type Decode = ManifestOf<'detector'>['task']['decode'];
type YoloGrid = Extract<Decode, { kind: 'yolo-grid' }>;
type BoxesScores = Extract<Decode, { kind: 'boxes-scores' }>;

interface InputSize {
  readonly width: number;
  readonly height: number;
}

/** Everything that scores at least `threshold`, per picture of the batch, in input pixels. */
export function decodeDetections(
  decode: Decode,
  outputs: NetworkOutputs,
  batch: number,
  input: InputSize,
  threshold: number,
): Detection[][] {
  const pictures = Array.from({ length: batch }, (_, n) => n);
  switch (decode.kind) {
    case 'yolo-grid': {
      const grid = outputOf(outputs, decode.output);
      return pictures.map((n) => decodeYoloGrid(grid, n, decode, threshold));
    }
    case 'boxes-scores': {
      const boxes = outputOf(outputs, decode.boxes);
      const scores = outputOf(outputs, decode.scores);
      return pictures.map((n) =>
        decodeBoxes(part(boxes, n, batch), part(scores, n, batch), decode, input, threshold),
      );
    }
    default:
      return assertNever(decode);
  }
}

/** YOLO 9000 (Redmon & Farhadi 2016), equation 3 onward, without classes. */
function decodeYoloGrid(
  { dims, data }: NetworkTensor,
  picture: number,
  { stride, anchors }: YoloGrid,
  threshold: number,
): Detection[] {
  const [, rows = 0, columns = 0] = dims;
  const minimumLogit = Math.log(threshold / (1 - threshold));
  const detections: Detection[] = [];
  let at = picture * rows * columns * anchors.length * 5;
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
  boxes: Float32Array,
  scores: Float32Array,
  { format, units }: BoxesScores,
  input: InputSize,
  threshold: number,
): Detection[] {
  const scale = units === 'pixels' ? { width: 1, height: 1 } : input;
  const detections: Detection[] = [];
  for (let i = 0; i < scores.length; i++) {
    if (!(scores[i]! >= threshold)) continue;
    const corners = boxes.subarray(i * 4, i * 4 + 4) as unknown as Corners;
    const box = scaled(boxFrom(corners, format), scale);
    if (box.width > 0 && box.height > 0) detections.push({ box, score: scores[i]! });
  }
  return detections;
}

type Corners = readonly [number, number, number, number];

function boxFrom([a, b, c, d]: Corners, format: BoxesScores['format']): Box {
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

const part = ({ data }: NetworkTensor, n: number, batch: number) =>
  data.subarray((n * data.length) / batch, ((n + 1) * data.length) / batch);
