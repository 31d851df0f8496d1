import { letterbox } from '../images/letterbox.ts';
import type { ImagePyramid } from '../images/pyramid.ts';
import type { Region } from '../images/rgb-image.ts';
import { detectInViews } from './detect.ts';
import type { Detection } from './geometry.ts';
import type { Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';
import { tilesOf } from './tiles.ts';

/** Faces that fill the picture are found when there is room around: as wide again as the picture. */
const ROOM = 1;
/** Photos with this many times the network's input are searched in tiles too, for small faces. */
const TILED_FROM = 4;
/** Tiles have half the photo's longer side, and share a quarter of their own. */
const TILE_SHARE = 0.5;
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
  const side = Math.round(longer * TILE_SHARE);
  return tilesOf(photo, side, Math.round(side * OVERLAP_SHARE));
}

const withRoom = ({ width, height }: Region): Region => ({
  x: -Math.round((width * ROOM) / 2),
  y: -Math.round((height * ROOM) / 2),
  width: Math.round(width * (1 + ROOM)),
  height: Math.round(height * (1 + ROOM)),
});
