import type { Point } from '../../app/contract/values.ts';
import type { ImagePyramid } from '../images/pyramid.ts';
import { faceBox } from './face-frame.ts';
import type { Detection } from './geometry.ts';
import { findLandmarks } from './landmarks.ts';
import type { Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';

export interface LocatedFace extends Detection {
  /** The 68 points of the iBUG 300-W mark-up. */
  readonly landmarks: readonly Point[];
}

/** Detections of one face lead to the same landmarks, and so to nearly the same box. */
const SAME_FACE_IOU = 0.5;

/**
 * Fits landmarks to detections and draws the boxes anew around them, so that boxes look the same
 * whichever detector was at work, and a face that was detected twice shows once. Best first.
 */
export async function locateFaces(
  network: Network<'landmarks'>,
  photo: ImagePyramid,
  detections: readonly Detection[],
): Promise<LocatedFace[]> {
  const boxes = detections.map(({ box }) => box);
  const found = await findLandmarks(network, photo, boxes);
  const faces = found.map((landmarks, i) => ({
    box: faceBox(landmarks),
    score: detections[i]!.score,
    landmarks,
  }));
  return suppressNonMaxima(faces, SAME_FACE_IOU);
}
