import { availableParallelism } from 'node:os';
import sharp from 'sharp';

let configured = false;

/**
 * The image library, configured once on first use.
 *
 * - No cache: every photo is decoded once, and its pixels must not outlive the request.
 * - Few threads per picture: only color conversion and resizing use them, and the networks want
 *   the same cores.
 */
export function imageLibrary(): typeof sharp {
  if (!configured) {
    sharp.cache(false);
    sharp.concurrency(Math.min(4, availableParallelism()));
    configured = true;
  }
  return sharp;
}
