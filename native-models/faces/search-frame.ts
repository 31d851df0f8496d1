import { pictureOf, type ImagePyramid } from '../images/pyramid.ts';
import type { Detection } from './geometry.ts';
import type { Network } from './network.ts';
import { searchLevel } from './search-pyramid.ts';
import { searchWhole } from './search-whole.ts';

/** Longer side at which a video frame is searched: faces before a camera are large. */
const VIDEO_LEVEL = 320;

/** The faces of a video frame, best first: quick, because the next frame brings another chance. */
export async function searchFrame(
  network: Network<'detector'>,
  frame: ImagePyramid,
): Promise<Detection[]> {
  const { input, task } = network.manifest;
  if (input.multipleOf === undefined) return searchWhole(network, frame);
  const { width, height } = pictureOf(frame);
  const scale = VIDEO_LEVEL / Math.max(width, height);
  return searchLevel(network, frame, scale, task.scoreThreshold);
}
