import type { Point } from '../../contract/values.ts';
import { meanPoint } from './geometry.ts';

/**
 * Where the parts of a face lie on the chip that an encoder expects, and which of the 68 landmarks
 * (iBUG 300-W) they are.
 */
export interface AlignmentTemplate {
  /** Where the encoder's input has another size, the chip is scaled. */
  readonly size: number;
  /** In chip pixels, x to the right, y down. */
  readonly points: readonly Point[];
  /** The same parts of a face in the picture, in the order of `points`. */
  readonly select: (landmarks: readonly Point[]) => readonly Point[];
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** dlib's mean face for the points 17 … 67; Davis King, image_processing, Boost license. */
const meanFaceX = [
  0.000213256, 0.0752622, 0.18113, 0.29077, 0.393397, 0.586856, 0.689483, 0.799124, 0.904991,
  0.98004, 0.490127, 0.490127, 0.490127, 0.490127, 0.36688, 0.426036, 0.490127, 0.554217, 0.613373,
  0.121737, 0.187122, 0.265825, 0.334606, 0.260918, 0.182743, 0.645647, 0.714428, 0.793132,
  0.858516, 0.79751, 0.719335, 0.254149, 0.340985, 0.428858, 0.490127, 0.551395, 0.639268, 0.726104,
  0.642159, 0.556721, 0.490127, 0.423532, 0.338094, 0.290379, 0.428096, 0.490127, 0.552157,
  0.689874, 0.553364, 0.490127, 0.42689,
];
const meanFaceY = [
  0.106454, 0.038915, 0.0187482, 0.0344891, 0.0773906, 0.0773906, 0.0344891, 0.0187482, 0.038915,
  0.106454, 0.203352, 0.307009, 0.409805, 0.515625, 0.587326, 0.609345, 0.628106, 0.609345,
  0.587326, 0.216423, 0.178758, 0.179852, 0.231733, 0.245099, 0.244077, 0.231733, 0.179852,
  0.178758, 0.216423, 0.244077, 0.245099, 0.780233, 0.745405, 0.727388, 0.742578, 0.727388,
  0.745405, 0.780233, 0.864805, 0.902192, 0.909281, 0.902192, 0.864805, 0.784792, 0.778746,
  0.785343, 0.778746, 0.784792, 0.824182, 0.831803, 0.824182,
];
const MEAN_FACE_START = 17;
const DLIB_PADDING = 0.25;
const DLIB_SIZE = 150;

/** Brows and the lower lip move with expression; dlib leaves them out of the fit. */
const dlibPoints = range(27, 67).filter(
  (point) => !(point >= 55 && point <= 59) && !(point >= 65 && point <= 67),
);

const onDlibChip = (mean: number) => ((DLIB_PADDING + mean) / (1 + 2 * DLIB_PADDING)) * DLIB_SIZE;

const dlib68: AlignmentTemplate = {
  size: DLIB_SIZE,
  points: dlibPoints.map((point): Point => [
    onDlibChip(meanFaceX[point - MEAN_FACE_START]!),
    onDlibChip(meanFaceY[point - MEAN_FACE_START]!),
  ]),
  select: (landmarks) => dlibPoints.map((point) => landmarks[point]!),
};

/** Eyes, nose tip, mouth corners, left to right in the picture. */
const arcface5: AlignmentTemplate = {
  size: 112,
  points: [
    [38.2946, 51.6963],
    [73.5318, 51.5014],
    [56.0252, 71.7366],
    [41.5493, 92.3655],
    [70.7299, 92.2041],
  ],
  select: fivePoints,
};

export const alignmentTemplates = { 'dlib-68': dlib68, 'arcface-5': arcface5 } as const;

/** Centers of the eyes, tip of the nose, corners of the mouth; left to right in the picture. */
export function fivePoints(landmarks: readonly Point[]): readonly Point[] {
  const [left, right] = eyeCenters(landmarks);
  return [left, right, landmarks[30]!, landmarks[48]!, landmarks[54]!];
}

/** The eye on the left of the picture first. */
export function eyeCenters(landmarks: readonly Point[]): readonly [Point, Point] {
  return [meanPoint(landmarks.slice(36, 42)), meanPoint(landmarks.slice(42, 48))];
}
