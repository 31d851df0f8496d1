import type { ImagePyramid } from '../images/pyramid.ts';
import { longerSide, type RgbImage } from '../images/rgb-image.ts';
import { throwIfCancelled } from './cancel.ts';
import type { Detection } from './geometry.ts';
import { lookCloser } from './look-closer.ts';
import type { Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';
import { leastInPyramid, searchPyramid } from './search-pyramid.ts';
import { leastInTiles, searchWhole } from './search-whole.ts';

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
  return isFixed(other) ? searchWhole(other, photo) : searchCloser(other, photo);
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
  return lookCloser(network, photo, await searchPyramid(network, photo));
}

/** What the first detector is sure of, and what both together take for a face. */
async function searchConfirmed(
  first: Network<'detector'>,
  second: LazyDetector | null,
  photo: ImagePyramid,
): Promise<Detection[]> {
  const { scoreThreshold, nmsIou } = first.manifest.task;
  if (second === null) return searchWhole(first, photo);
  const candidates = await searchWhole(first, photo, scoreThreshold * UNSURE_SHARE);
  const faces = candidates.filter(({ score }) => score >= scoreThreshold);
  const unsure = candidates.filter(({ score }) => score < scoreThreshold);
  const isSmall = longerSide(photo.picture) <= SMALL_PHOTO;
  if (unsure.length === 0 && !isSmall) return faces;
  const other = await second();
  const seen = isSmall && !isFixed(other) ? await searchPyramid(other, photo) : [];
  const confirmed = await lookCloser(other, photo, [...unsure, ...seen]);
  return suppressNonMaxima([...faces, ...confirmed], nmsIou);
}
