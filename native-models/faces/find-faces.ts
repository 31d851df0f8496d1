import type { ImagePyramid } from '../images/pyramid.ts';
import { throwIfCancelled } from './cancel.ts';
import type { Detection } from './geometry.ts';
import { lookCloser } from './look-closer.ts';
import type { Network } from './network.ts';
import { searchPyramid } from './search-pyramid.ts';
import { searchWhole } from './search-whole.ts';

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

/** All faces of a photo, best first, in its pixels; boxes may reach beyond its border. */
export async function findFaces(
  { first, second }: Detectors,
  photo: ImagePyramid,
  signal?: AbortSignal,
): Promise<Detection[]> {
  const found = await search(first, photo);
  if (found.length > 0 || second === null) return found;
  throwIfCancelled(signal);
  return search(await second(), photo);
}

async function search(network: Network<'detector'>, photo: ImagePyramid): Promise<Detection[]> {
  if (network.manifest.input.multipleOf === undefined) return searchWhole(network, photo);
  return lookCloser(network, photo, await searchPyramid(network, photo));
}
