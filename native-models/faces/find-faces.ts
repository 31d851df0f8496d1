import type { Network } from './network.ts';
import type { Box, Point } from '../../contract/values.ts';
import { buildPyramid, type ImagePyramid } from '../images/resampling.ts';
import { faceBox } from './align.ts';
import { intersectionOverUnion, type Detection } from '../../foundation/geometry.ts';
import { findLandmarks, followLandmarks, unsteadinessOf } from './landmarks.ts';
import { suppressNonMaxima } from './detect.ts';
import { longerSide, turnImage, type RgbImage } from '../images/rgb-image.ts';
import { throwIfCancelled } from '../../foundation/concurrency.ts';
import { estimatePose } from './quality.ts';
import {
  confirmFaces,
  leastInPyramid,
  findInPyramid,
  leastInTiles,
  findInWhole,
} from './search.ts';

/** The networks of a pipeline, ready to run. */
export interface FaceModels {
  readonly detectors: Detectors;
  readonly landmarks: Network<'landmarks'>;
  readonly encoder: Network<'encoder'>;
}

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

interface DirectedFaces {
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

/** A network that is opened at the first call. */
export type LazyDetector = () => Promise<Network<'detector'>>;

export interface Detectors {
  /** Looks at every photo. */
  readonly first: Network<'detector'>;
  /** Looks where the first finds nothing; null where the user chose one detector alone. */
  readonly second: LazyDetector | null;
  /** Looks at the frames of a video, where every millisecond counts. */
  readonly video: LazyDetector;
}

/** Of the score that makes a face: what the first detector half believes, the second may confirm. */
const UNSURE_SHARE = 0.3;

/**
 * Longer side, in pixels, up to which both detectors look: the accurate one misses more faces in
 * photos that it must enlarge, and the fast one costs little there.
 */
const SMALL_PHOTO = 640;

/** All faces of a photo, best first, in its pixels; boxes may reach beyond its border. */
export async function findFaces(
  { first, second }: Detectors,
  photo: ImagePyramid,
  signal?: AbortSignal,
): Promise<Detection[]> {
  const found = isFixed(first)
    ? await searchConfirmed(first, second, photo)
    : await searchCloser(first, photo);
  if (found.length > 0 || second === null) return found;
  throwIfCancelled(signal);
  const other = await second();
  return isFixed(other) ? findInWhole(other, photo) : searchCloser(other, photo);
}

/**
 * The narrowest face, in pixels of the photo, for which `findFaces` looks everywhere; beside larger
 * ones even smaller are found now and then.
 */
export function leastFaceIn({ first }: Detectors, photo: RgbImage): number {
  return isFixed(first) ? leastInTiles(first, photo) : leastInPyramid(photo);
}

const isFixed = ({ manifest }: Network<'detector'>): boolean =>
  manifest.input.multipleOf === undefined;

async function searchCloser(
  network: Network<'detector'>,
  photo: ImagePyramid,
): Promise<Detection[]> {
  return confirmFaces(network, photo, await findInPyramid(network, photo));
}

/** What the first detector is sure of, and what both together take for a face. */
async function searchConfirmed(
  first: Network<'detector'>,
  second: LazyDetector | null,
  photo: ImagePyramid,
): Promise<Detection[]> {
  const { scoreThreshold, nmsIou } = first.manifest.task;
  if (second === null) return findInWhole(first, photo);
  const candidates = await findInWhole(first, photo, scoreThreshold * UNSURE_SHARE);
  const faces = candidates.filter(({ score }) => score >= scoreThreshold);
  const unsure = candidates.filter(({ score }) => score < scoreThreshold);
  const isSmall = longerSide(photo.picture) <= SMALL_PHOTO;
  if (unsure.length === 0 && !isSmall) return faces;
  const other = await second();
  const seen = isSmall && !isFixed(other) ? await findInPyramid(other, photo) : [];
  const confirmed = await confirmFaces(other, photo, [...unsure, ...seen]);
  return suppressNonMaxima([...faces, ...confirmed], nmsIou);
}
