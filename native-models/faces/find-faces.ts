import type { Region, RgbImage } from '../images/rgb-image.ts';
import { detectInRegion } from './detect.ts';
import type { Detection } from './geometry.ts';
import type { Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';

export interface Detectors {
  /** Looks at every photo. */
  readonly first: Network<'detector'>;
  /** Looks again where the first finds nothing; null where the user chose one detector alone. */
  readonly second: Network<'detector'> | null;
}

/** Photos with a longer side beyond this are searched in tiles too: small faces get lost otherwise. */
const TILED_FROM = 2000;
/** Neighbours share this part of their side, so that a face on a border is whole in one of them. */
const TILE_OVERLAP = 0.25;
/** A face of this part of the picture fills a tight crop: the detectors want some room around. */
const ROOM = 0.5;

/** All faces of a photo, best first, in its pixels. */
export async function findFaces(detectors: Detectors, image: RgbImage): Promise<Detection[]> {
  const whole = wholeOf(image);
  const found = await searchTiled(detectors.first, image);
  if (found.length > 0) return found;
  for (const network of [detectors.second, detectors.first]) {
    if (network === null) continue;
    for (const region of network === detectors.first ? [grown(whole)] : [whole, grown(whole)]) {
      const more = await detectInRegion(network, image, region);
      if (more.length > 0) return more;
    }
  }
  return [];
}

async function searchTiled(network: Network<'detector'>, image: RgbImage): Promise<Detection[]> {
  const regions = [wholeOf(image), ...tilesOf(image)];
  const found: Detection[] = [];
  for (const region of regions) found.push(...(await detectInRegion(network, image, region)));
  return regions.length === 1 ? found : suppressNonMaxima(found, network.manifest.task.nmsIou);
}

const wholeOf = ({ width, height }: RgbImage): Region => ({ x: 0, y: 0, width, height });

const grown = ({ x, y, width, height }: Region): Region => ({
  x: x - (width * ROOM) / 2,
  y: y - (height * ROOM) / 2,
  width: width * (1 + ROOM),
  height: height * (1 + ROOM),
});

/** Overlapping squares of about half the longer side; none for a small picture. */
export function tilesOf({ width, height }: { width: number; height: number }): Region[] {
  const longer = Math.max(width, height);
  if (longer < TILED_FROM) return [];
  const side = Math.min(width, height, Math.ceil(longer / 2));
  return startsOf(height, side).flatMap((y) =>
    startsOf(width, side).map((x) => ({ x, y, width: side, height: side })),
  );
}

/** Evenly spread, from the first pixel to the last. */
function startsOf(length: number, side: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((length - side) / (side * (1 - TILE_OVERLAP))) + 1;
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - side)) / (count - 1)));
}
