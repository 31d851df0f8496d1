import type { ImagePyramid } from '../images/pyramid.ts';
import { throwIfCancelled } from './cancel.ts';
import type { Detection } from './geometry.ts';
import { lookCloser } from './look-closer.ts';
import type { Network } from './network.ts';
import { searchPyramid } from './search-pyramid.ts';
import { searchWhole } from './search-whole.ts';

export interface Detectors {
  /** Looks at every photo. */
  readonly first: Network<'detector'>;
  /**
   * More accurate and slower: looks where the first finds nothing, and is opened only then; null
   * where the user chose one detector alone.
   */
  readonly second: (() => Promise<Network<'detector'>>) | null;
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
