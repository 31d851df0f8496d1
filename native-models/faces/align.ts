import type { Point, Box } from '../../contract/values.ts';
import { meanPoint } from '../../foundation/geometry.ts';
import {
  composeAffine,
  applyAffine,
  invertAffine,
  warpImage,
  type Affine,
} from '../images/warp.ts';
import { estimateSimilarity } from './resemblance.ts';
import type { ManifestOf } from '../../contract/manifest.ts';
import type { ImagePyramid } from '../images/resampling.ts';
import type { RgbImage } from '../images/rgb-image.ts';

/**
 * Where the parts of a face lie on the chip that an encoder expects, and which of the 68 landmarks
 * (iBUG 300-W) they are.
 */
interface AlignmentTemplate {
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
function fivePoints(landmarks: readonly Point[]): readonly Point[] {
  const [left, right] = eyeCenters(landmarks);
  return [left, right, landmarks[30]!, landmarks[48]!, landmarks[54]!];
}

/** The eye on the left of the picture first. */
export function eyeCenters(landmarks: readonly Point[]): readonly [Point, Point] {
  return [meanPoint(landmarks.slice(36, 42)), meanPoint(landmarks.slice(42, 48))];
}

/**
 * The frame of a face: dlib's chip (mean face with padding 0.25), 1 wide and 1 high, fitted onto the
 * landmarks. What follows are places in it. They were measured as the mean of what an accurate
 * detector (SSD MobileNet of face-api.js) draws around frontal faces.
 */
const FACE_CENTER: Point = [0.49, 0.455];
const FACE_HEIGHT = 0.98;
const FACE_WIDTH = 0.76;

/** From the frame to the picture. */
function faceFrame(landmarks: readonly Point[]): Affine {
  const { select, points, size } = alignmentTemplates['dlib-68'];
  const toChip = estimateSimilarity(select(landmarks), points);
  return composeAffine(invertAffine(toChip), { a: size, b: 0, tx: 0, c: 0, d: size, ty: 0 });
}

/** The square crop around a face in which it stands upright: from crop to picture pixels. */
export function uprightCrop(landmarks: readonly Point[], side: number): Affine {
  const scale = FACE_HEIGHT / side;
  const [x, y] = FACE_CENTER;
  const toFrame = {
    a: scale,
    b: 0,
    tx: x - FACE_HEIGHT / 2,
    c: 0,
    d: scale,
    ty: y - FACE_HEIGHT / 2,
  };
  return composeAffine(faceFrame(landmarks), toFrame);
}

/** The box of a face, from forehead to chin, whatever detector found it. */
export function faceBox(landmarks: readonly Point[]): Box {
  const frame = faceFrame(landmarks);
  const scale = Math.hypot(frame.a, frame.c);
  const [x, y] = applyAffine(frame, FACE_CENTER);
  const liesSideways = Math.abs(frame.c) > Math.abs(frame.a);
  const [across, down] = liesSideways ? [FACE_HEIGHT, FACE_WIDTH] : [FACE_WIDTH, FACE_HEIGHT];
  const [width, height] = [across * scale, down * scale];
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/**
 * Cuts the chip that an encoder expects: the landmarks are brought onto the encoder's template by
 * rotation, scale and shift alone, so that the proportions of the face stay.
 *
 * @param landmarks 68 points in pixels of the photo.
 */
export function alignFace(
  photo: ImagePyramid,
  landmarks: readonly Point[],
  { task, input }: ManifestOf<'encoder'>,
): RgbImage {
  const template = alignmentTemplates[task.alignment];
  const scale = input.width / template.size;
  const target = template.points.map(([x, y]): Point => [x * scale, y * scale]);
  const toChip: Affine = estimateSimilarity(template.select(landmarks), target);
  return warpImage(photo, invertAffine(toChip), input.width, input.height);
}

/** From a square of `side` pixels to the given square of the picture. */
export function squareCrop(square: Box, side: number): Affine {
  const scale = square.width / side;
  return { a: scale, b: 0, tx: square.x, c: 0, d: scale, ty: square.y };
}

/** A square of the picture at another size; black where it reaches beyond the border. */
export function cutSquare(photo: ImagePyramid, square: Box, side: number): RgbImage {
  return warpImage(photo, squareCrop(square, side), side, side);
}
