import { longerSide, type Region, type RgbImage } from '../images/rgb-image.ts';
import type { Box } from '../../contract/values.ts';
import { letterbox, type ImagePyramid } from '../images/resampling.ts';
import {
  intersectionOverUnion,
  scaleBox,
  squareAround,
  type Detection,
} from '../../foundation/geometry.ts';
import type { Network } from './network.ts';
import { detectInViews, suppressNonMaxima, type View } from './detect.ts';
import { cutSquare } from './align.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Cuts a picture into overlapping tiles, evenly spread and all inside. A picture that is not larger
 * than a tile is one.
 *
 * @param side of a tile in pixels; where the picture is narrower, so is the tile.
 * @param overlap what neighbors share at least, in pixels, less than `side`: an object of that
 *   size on a border is whole in one of them.
 */
export function tilesOf({ width, height }: Size, side: number, overlap: number): Region[] {
  const tile = { width: Math.min(width, side), height: Math.min(height, side) };
  return startsOf(height, tile.height, overlap).flatMap((y) =>
    startsOf(width, tile.width, overlap).map((x) => ({ x, y, ...tile })),
  );
}

/** Evenly spread, from the first pixel to the last. */
function startsOf(length: number, side: number, overlap: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((length - side) / (side - overlap)) + 1;
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - side)) / (count - 1)));
}

/** Longer side at which a video frame is searched: faces before a camera are large. */
const VIDEO_LEVEL = 320;

/** Where a face is expected, so much of the usual score is enough to follow it. */
const EXPECTED_SHARE = 0.5;
const EXPECTED_IOU = 0.3;

/**
 * The faces of a video frame, best first: one quick look, because the next frame is another chance.
 *
 * @param expected where faces were in the last frame.
 */
export async function findInFrame(
  network: Network<'detector'>,
  frame: ImagePyramid,
  expected: readonly Box[],
): Promise<Detection[]> {
  const { input, task } = network.manifest;
  if (input.multipleOf === undefined) return findInWhole(network, frame);
  const { width, height } = frame.picture;
  const scale = VIDEO_LEVEL / Math.max(width, height);
  const threshold = task.scoreThreshold;
  const found = await searchLevel(network, frame, scale, threshold * EXPECTED_SHARE);
  const isExpected = ({ box }: Detection) =>
    expected.some((other) => intersectionOverUnion(box, other) >= EXPECTED_IOU);
  return found.filter((face) => face.score >= threshold || isExpected(face));
}

/**
 * Longer sides, in pixels, at which every photo is searched. The small detector is sure of faces of
 * 60 to 130 pixels only, so the sizes follow each other in octaves: faces from the whole picture's
 * size down to an eighth of it.
 */
const COARSE_LEVELS = [512, 256, 128] as const;
/**
 * Finer levels follow where smaller faces are likely, up to this longer side, and in long pictures
 * up to this many pixels: what bounds the work is the area, what is found depends on the scale.
 */
const FINEST_LEVEL = 2048;
const FINEST_PIXELS = FINEST_LEVEL ** 2;
/** Pictures that are so many times as wide as high, or the other way round, are long. */
const LONG = 3;
/** The small detector finds faces of this width on a level. */
const LEAST_FACE = 16;
/** A small photo is not blown up further than this: there is nothing to be found. */
const MOST_ENLARGED = 2;
/** A candidate this small on its level may have smaller neighbors. */
const SMALL_FACE = 48;
/** Black border of every level: a face that touches the border is not found. */
const MARGIN = 16;
/** Bounds the memory of one run; the faces of a level are smaller than the overlap of its tiles. */
const TILE_SIDE = 1024;
const TILE_OVERLAP = 160;
/** Candidates have at least this part of the score that makes a face. */
const CANDIDATE_SHARE = 0.5;

/** What may be a face, searched at several scales with a network that takes pictures of any size. */
export async function findInPyramid(
  network: Network<'detector'>,
  photo: ImagePyramid,
): Promise<Detection[]> {
  const { scoreThreshold, nmsIou } = network.manifest.task;
  const threshold = scoreThreshold * CANDIDATE_SHARE;
  const longer = longerSide(photo.picture);
  const candidates: Detection[] = [];
  for (const side of COARSE_LEVELS)
    if (side <= longer * MOST_ENLARGED)
      candidates.push(...(await searchLevel(network, photo, side / longer, threshold)));
  const finest = finestScale(photo.picture);
  let scale = COARSE_LEVELS[0] / longer;
  while (scale < finest) {
    if (!mayHideSmaller(candidates, scoreThreshold, scale)) break;
    scale = Math.min(finest, 2 * scale);
    candidates.push(...(await searchLevel(network, photo, scale, threshold)));
  }
  return suppressNonMaxima(candidates, nmsIou);
}

function finestScale(photo: RgbImage): number {
  const { width, height } = photo;
  const longer = longerSide(photo);
  const isLong = longer > LONG * Math.min(width, height);
  const scale = isLong ? Math.sqrt(FINEST_PIXELS / (width * height)) : FINEST_LEVEL / longer;
  return Math.min(1, scale);
}

/** Pixels of the photo that a face is wide which is looked for everywhere. */
export const leastInPyramid = (photo: RgbImage): number => LEAST_FACE / finestScale(photo);

/** Nothing was found yet, or something that is small at this scale. */
function mayHideSmaller(candidates: readonly Detection[], face: number, scale: number): boolean {
  const isSmall = ({ box }: Detection) => Math.max(box.width, box.height) * scale < SMALL_FACE;
  return !candidates.some(({ score }) => score >= face) || candidates.some(isSmall);
}

/** Whatever scores at least `threshold` on the photo at this scale, in pixels of the photo. */
async function searchLevel(
  network: Network<'detector'>,
  photo: ImagePyramid,
  scale: number,
  threshold: number,
): Promise<Detection[]> {
  const { width, height } = photo.picture;
  const level = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const views: View[] = [];
  for (const tile of tilesOf(level, TILE_SIDE, TILE_OVERLAP)) {
    const canvas = withMargin(tile, network.manifest.input.multipleOf ?? 1);
    views.push(await letterbox(photo, scaleBox(canvas, 1 / scale), canvas.width, canvas.height));
  }
  return (await detectInViews(network, views, threshold)).flat();
}

/** Grown on all sides to a size that the network takes. */
function withMargin({ x, y, width, height }: Region, multipleOf: number): Region {
  const grown = (length: number) => Math.ceil((length + 2 * MARGIN) / multipleOf) * multipleOf;
  const canvas = { width: grown(width), height: grown(height) };
  return { x: x - (canvas.width - width) / 2, y: y - (canvas.height - height) / 2, ...canvas };
}

/** Faces that fill the picture are found when there is room around: as wide again as the picture. */
const ROOM = 1;
/** Photos with this many times the network's input are searched in tiles too, for small faces. */
const TILED_FROM = 4;
/**
 * Tiles have half the photo's longer side, and share a quarter of their own. In a long picture they
 * are smaller, as in one of the same area that is half as wide again as it is high: there what
 * bounds the work is the area, and what is found depends on the scale.
 */
const TILE_SHARE = 0.5;
const USUAL_ASPECT = 1.5;
const OVERLAP_SHARE = 0.25;

/**
 * Searches with a network that knows one input size only: whole, large photos in tiles too, and with
 * room around where no face was found.
 *
 * @param threshold lowest score of what is returned; the manifest's decides what a face is.
 */
export async function findInWhole(
  network: Network<'detector'>,
  photo: ImagePyramid,
  threshold = network.manifest.task.scoreThreshold,
): Promise<Detection[]> {
  const { width, height } = photo.picture;
  const whole = { x: 0, y: 0, width, height };
  const { scoreThreshold, nmsIou } = network.manifest.task;
  const regions = [whole, ...smallFaceTiles(network, whole)];
  const found = await searchRegions(network, photo, regions, threshold);
  if (!found.some(({ score }) => score >= scoreThreshold))
    found.push(...(await searchRegions(network, photo, [withRoom(whole)], threshold)));
  return suppressNonMaxima(found, nmsIou);
}

async function searchRegions(
  network: Network<'detector'>,
  photo: ImagePyramid,
  regions: readonly Region[],
  threshold: number,
): Promise<Detection[]> {
  const { width, height } = network.manifest.input;
  const found: Detection[] = [];
  for (const region of regions) {
    const view = await letterbox(photo, region, width, height);
    found.push(...(await detectInViews(network, [view], threshold)).flat());
  }
  return found;
}

function smallFaceTiles({ manifest }: Network<'detector'>, photo: Region): Region[] {
  const longer = Math.max(photo.width, photo.height);
  if (longer < TILED_FROM * Math.max(manifest.input.width, manifest.input.height)) return [];
  const side = tileSide(photo);
  return tilesOf(photo, side, Math.round(side * OVERLAP_SHARE));
}

function tileSide({ width, height }: Size): number {
  const usual = Math.sqrt(width * height * USUAL_ASPECT);
  return Math.round(Math.min(Math.max(width, height), usual) * TILE_SHARE);
}

/** The network finds faces of this share of its input's width. */
const LEAST_SHARE = 0.04;

/** Pixels of the photo that a face is wide which is looked for everywhere. */
export function leastInTiles({ manifest }: Network<'detector'>, photo: Size): number {
  const longer = Math.max(photo.width, photo.height);
  const input = Math.max(manifest.input.width, manifest.input.height);
  return LEAST_SHARE * (longer < TILED_FROM * input ? longer : tileSide(photo));
}

const withRoom = ({ width, height }: Region): Region => ({
  x: -Math.round((width * ROOM) / 2),
  y: -Math.round((height * ROOM) / 2),
  width: Math.round(width * (1 + ROOM)),
  height: Math.round(height * (1 + ROOM)),
});

/** Candidates that score this need no second look. */
const SURE = 0.7;
/** The closer looks show a square about the candidate, with this many times its side. */
const CONTEXT = 2;
/** In pixels. A second try, because the small detector's score wavers with the scale. */
const LOOK_SIDES = [160, 224];
/** Looks that score lower would change no verdict. */
const MINIMUM_SCORE = 0.05;
/** What overlaps the candidate less is something else. */
const SAME_IOU = 0.3;

/**
 * Looks closer at what may be a face and keeps what scores as one on the average of the first look
 * and a closer one. These err independently enough to drop two of three false alarms, and to bring
 * back faces that the first look was not sure of.
 */
export async function confirmFaces(
  network: Network<'detector'>,
  photo: ImagePyramid,
  candidates: readonly Detection[],
): Promise<Detection[]> {
  const { scoreThreshold, nmsIou } = network.manifest.task;
  const faces = candidates.filter(({ score }) => score >= SURE);
  let unsure = candidates.filter(({ score }) => score < SURE);
  for (const side of LOOK_SIDES) {
    const judged = await judge(network, photo, unsure, side);
    const isFace = judged.map(({ score }) => score >= scoreThreshold);
    faces.push(...judged.filter((_, i) => isFace[i]));
    unsure = unsure.filter((_, i) => !isFace[i]);
  }
  return suppressNonMaxima(faces, nmsIou);
}

/** The average of both scores; the closer look has the better box. */
async function judge(
  network: Network<'detector'>,
  photo: ImagePyramid,
  candidates: readonly Detection[],
  side: number,
): Promise<Detection[]> {
  const views = candidates.map((candidate) => closeView(photo, candidate, side));
  const found = await detectInViews(network, views, MINIMUM_SCORE);
  return candidates.map((candidate, i) => {
    const again = found[i]!.find(
      ({ box }) => intersectionOverUnion(box, candidate.box) >= SAME_IOU,
    );
    const score = (candidate.score + (again?.score ?? 0)) / 2;
    return { ...(again ?? candidate), score };
  });
}

function closeView(photo: ImagePyramid, { box }: Detection, side: number): View {
  const square = squareAround(box, CONTEXT);
  const scale = side / square.width;
  return {
    image: cutSquare(photo, square, side),
    placement: { scale, x: -square.x * scale, y: -square.y * scale },
  };
}
