import type { Box, Point } from '../../contract/values.ts';
import { buildPyramid, type ImagePyramid } from '../images/pyramid.ts';
import { longerSide, turnImage, type RgbImage } from '../images/rgb-image.ts';
import { throwIfCancelled } from './cancel.ts';
import type { FaceModels } from './face-models.ts';
import { findFaces } from './find-faces.ts';
import type { Detection } from './geometry.ts';
import { findLandmarks, unsteadinessOf } from './landmarks.ts';
import { located, locateFaces, SAME_FACE_IOU, type LocatedFace } from './locate-faces.ts';
import type { Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';
import { estimatePose } from './pose.ts';

/**
 * Photos without a word about their direction (no EXIF) may lie on their side or stand on their
 * head. The landmark network draws an upright face wherever it is told to look, so what it says of
 * a turned one is wrong without a sign, except one: another look at the same place says something
 * else. On 100 photos of LFW the points of an upright face move by 0.006 of the width of the eyes
 * from one look to the next, and by 0.025 in the worst of them; those of a face that is turned by
 * 90, 180 or 270 degrees by 0.55, and in one of twenty by less than 0.044.
 */
const STEADY = 0.04;
/**
 * Few faces that are turned are steady by chance (4 of 120); none of those scored this as well,
 * which 19 of 20 upright faces do. Without one of these the photo is tried in all directions.
 */
const SURELY_STEADY = 0.02;
const SURE_SCORE = 0.8;
/** Another direction must be better by this factor than the one in which the photo came. */
const CLEARLY_BETTER = 1.1;

/** How far a photo, or a face, is turned: clockwise by so many degrees it stands upright. */
export type Turn = 0 | 90 | 180 | 270;

/** A face that leans further than this from upright lies, or stands on its head. */
const MOST_LEANING = 60;

/** Directions in which a face is looked for that does not stand upright, in degrees clockwise. */
const LEANS = [45, -45, 90, -90, 135, -135, 180] as const;

/** Longer side, at least, of the picture that is tried in other directions, in pixels. */
const TRIED_SIDE = 1024;

interface DirectedFace extends LocatedFace {
  /** How far a further look moves the landmarks, as a share of the width of the eyes. */
  readonly unsteadiness: number;
}

export interface DirectedFaces {
  readonly faces: readonly LocatedFace[];
  /** How far the whole photo was turned to find them. */
  readonly turned: Turn;
}

/**
 * The faces of a photo in whatever direction they are, in its pixels. Where one stands upright the
 * photo does, and each other face that contradicts its landmarks is aligned by a direction of its
 * own; where none does, or none is found, the photo is tried in the other three directions too. An
 * upright photo costs one look at the landmarks more.
 */
export async function findInAllDirections(
  models: FaceModels,
  photo: ImagePyramid,
  signal?: AbortSignal,
): Promise<DirectedFaces> {
  const here = await findDirected(models, photo, signal);
  if (here.some(isSurelyUpright)) return { faces: here, turned: 0 };
  const small = photo.levelFor(longerSide(photo.picture) / TRIED_SIDE);
  let [best, most]: [Turn, number] = [0, uprightScore(here) * CLEARLY_BETTER];
  const said = new Set(here.filter((face) => isSteady(face) && !isUpright(face)).map(turnOf));
  for (const turn of saidFirst(said)) {
    // What the faces say is believed where it proves right.
    if (best !== 0 && said.size > 0 && !said.has(turn)) break;
    throwIfCancelled(signal);
    const score = uprightScore(await findDirected(models, await turnedPhoto(small, turn), signal));
    if (score > most) [best, most] = [turn, score];
  }
  if (best === 0) return { faces: here, turned: 0 };
  throwIfCancelled(signal);
  const found = await findDirected(models, await turnedPhoto(photo.picture, best), signal);
  if (!found.some(isUpright)) return { faces: here, turned: 0 };
  const turned = best;
  return { faces: found.map((face) => turnedBack(face, turned, photo.picture)), turned };
}

/** The other three directions, those ahead that faces say themselves. */
const saidFirst = (said: ReadonlySet<Turn>): readonly Exclude<Turn, 0>[] =>
  ([90, 180, 270] as const).toSorted((a, b) => Number(said.has(b)) - Number(said.has(a)));

async function turnedPhoto(picture: RgbImage, turn: Exclude<Turn, 0>): Promise<ImagePyramid> {
  return buildPyramid(turnImage(picture, (turn / 90) as 1 | 2 | 3));
}

const isSteady = ({ unsteadiness }: DirectedFace): boolean => unsteadiness <= STEADY;

const isUpright = (face: DirectedFace): boolean => isSteady(face) && turnOf(face) === 0;

const isSurelyUpright = (face: DirectedFace): boolean =>
  isUpright(face) && face.unsteadiness <= SURELY_STEADY && face.score >= SURE_SCORE;

/** Faces that barely hold still say little. */
const uprightScore = (faces: readonly DirectedFace[]): number =>
  faces
    .filter(isUpright)
    .reduce((sum, { score, unsteadiness }) => sum + score * (1 - unsteadiness / STEADY), 0);

/** By how much the picture must be turned for this face to stand upright. */
function turnOf({ landmarks }: LocatedFace): Turn {
  const { roll } = estimatePose(landmarks);
  if (Math.abs(roll) <= MOST_LEANING) return 0;
  if (Math.abs(roll) >= 180 - (90 - MOST_LEANING)) return 180;
  return roll > 0 ? 270 : 90;
}

/** All faces, each with the landmarks of the direction in which they are steady. */
async function findDirected(
  { detectors, landmarks: network }: FaceModels,
  photo: ImagePyramid,
  signal?: AbortSignal,
): Promise<DirectedFace[]> {
  const detections = await findFaces(detectors, photo, signal);
  throwIfCancelled(signal);
  const faces = await locateFaces(network, photo, detections);
  const unsteadiness = await unsteadinessOf(
    network,
    photo,
    faces.map(({ landmarks }) => landmarks),
  );
  const directed: DirectedFace[] = [];
  for (const [i, located] of faces.entries()) {
    const face = { ...located, unsteadiness: unsteadiness[i]! };
    directed.push(isSteady(face) ? face : await inOwnDirection(network, photo, face));
  }
  return suppressNonMaxima(directed, SAME_FACE_IOU);
}

/** The same face with the landmarks of the direction in which they are steadiest. */
async function inOwnDirection(
  network: Network<'landmarks'>,
  photo: ImagePyramid,
  face: DirectedFace,
): Promise<DirectedFace> {
  const detection: Detection = { box: face.detected, score: face.score };
  const boxes = LEANS.map(() => face.detected);
  const landmarks = await findLandmarks(network, photo, boxes, LEANS);
  const unsteadiness = await unsteadinessOf(network, photo, landmarks);
  return landmarks
    .map((points, i) => ({ ...located(detection, points), unsteadiness: unsteadiness[i]! }))
    .filter(({ box }) => box !== face.detected)
    .reduce((best, other) => (other.unsteadiness < best.unsteadiness ? other : best), face);
}

/** From the pixels of the turned photo to those of the photo. */
function turnedBack(
  { box, detected, landmarks, score }: LocatedFace,
  turn: Exclude<Turn, 0>,
  photo: RgbImage,
): LocatedFace {
  return {
    box: boxBack(box, turn, photo),
    detected: boxBack(detected, turn, photo),
    landmarks: landmarks.map((point) => pointBack(point, turn, photo)),
    score,
  };
}

function pointBack([x, y]: Point, turn: Exclude<Turn, 0>, { width, height }: RgbImage): Point {
  switch (turn) {
    case 90:
      return [y, height - x];
    case 180:
      return [width - x, height - y];
    case 270:
      return [width - y, x];
  }
}

function boxBack({ x, y, width, height }: Box, turn: Exclude<Turn, 0>, photo: RgbImage): Box {
  const [[ax, ay], [bx, by]] = [
    pointBack([x, y], turn, photo),
    pointBack([x + width, y + height], turn, photo),
  ];
  return {
    x: Math.min(ax, bx),
    y: Math.min(ay, by),
    width: Math.abs(ax - bx),
    height: Math.abs(ay - by),
  };
}
