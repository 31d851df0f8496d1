import type { Box, Point } from '../../contract/values.ts';
import { composeAffine, applyAffine, invertAffine, type Affine } from '../images/warp.ts';
import { estimateSimilarity } from './similarity.ts';
import { alignmentTemplates } from './templates.ts';

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
