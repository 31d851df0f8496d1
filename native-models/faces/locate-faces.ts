import type { Box, Point } from '../../contract/values.ts';
import type { ImagePyramid } from '../images/pyramid.ts';
import { faceBox } from './face-frame.ts';
import { intersectionOverUnion, type Detection } from './geometry.ts';
import { findLandmarks, followLandmarks } from './landmarks.ts';
import type { Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';

export interface LocatedFace extends Detection {
  /** The 68 points of the iBUG 300-W mark-up. */
  readonly landmarks: readonly Point[];
  /** As the detector drew it; `box` is drawn around the landmarks. */
  readonly detected: Box;
}

/** Detections of one face lead to the same landmarks, and so to nearly the same box. */
export const SAME_FACE_IOU = 0.5;
/** Landmarks that leave the detection this far have lost the face, as happens in full profile. */
const AGREEMENT_IOU = 0.4;
/** A face that moved less since the last frame is looked for where its landmarks were. */
const STEADY_IOU = 0.6;

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
  return suppressNonMaxima(
    detections.map((detection, i) => located(detection, found[i]!)),
    SAME_FACE_IOU,
  );
}

/** The same for a video: a face that hardly moved since the last frame needs one look, not two. */
export async function followFaces(
  network: Network<'landmarks'>,
  frame: ImagePyramid,
  detections: readonly Detection[],
  last: readonly LocatedFace[],
): Promise<LocatedFace[]> {
  const steady = detections.flatMap((detection) => {
    const before = nearest(detection.box, last);
    return before === undefined ? [] : [{ detection, before }];
  });
  const known = new Set(steady.map(({ detection }) => detection));
  const fresh = await locateFaces(
    network,
    frame,
    detections.filter((detection) => !known.has(detection)),
  );
  const points = await followLandmarks(
    network,
    frame,
    steady.map(({ before }) => before.landmarks),
  );
  const followed = steady.map(({ detection }, i) => located(detection, points[i]!));
  return suppressNonMaxima([...followed, ...fresh], SAME_FACE_IOU);
}

/** A detection with its landmarks; where those contradict it, the box stays that of the detector. */
export function located({ box, score }: Detection, landmarks: readonly Point[]): LocatedFace {
  const around = faceBox(landmarks);
  const agrees = intersectionOverUnion(around, box) >= AGREEMENT_IOU;
  return { box: agrees ? around : box, score, landmarks, detected: box };
}

function nearest(box: Box, faces: readonly LocatedFace[]): LocatedFace | undefined {
  return faces.find((face) => intersectionOverUnion(face.detected, box) >= STEADY_IOU);
}
