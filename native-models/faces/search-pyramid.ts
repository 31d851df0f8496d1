import { letterbox } from '../images/letterbox.ts';
import type { ImagePyramid } from '../images/pyramid.ts';
import { longerSide, type Region, type RgbImage } from '../images/rgb-image.ts';
import { detectInViews, type View } from './detect.ts';
import { scaleBox, type Detection } from './geometry.ts';
import type { Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';
import { tilesOf } from './tiles.ts';

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
export async function searchPyramid(
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
export async function searchLevel(
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
