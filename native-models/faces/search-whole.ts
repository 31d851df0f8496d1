import { letterbox } from '../images/letterbox.ts';
import type { ImagePyramid } from '../images/pyramid.ts';
import type { Region } from '../images/rgb-image.ts';
import { detectInViews } from './detect.ts';
import type { Detection } from './geometry.ts';
import type { Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';
import { tilesOf, type Size } from './tiles.ts';

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
export async function searchWhole(
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
