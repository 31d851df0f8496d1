import type { Box } from '../../contract/values.ts';
import type { ImagePyramid } from '../images/pyramid.ts';
import { intersectionOverUnion, type Detection } from './geometry.ts';
import type { Network } from './network.ts';
import { searchLevel } from './search-pyramid.ts';
import { searchWhole } from './search-whole.ts';

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
export async function searchFrame(
  network: Network<'detector'>,
  frame: ImagePyramid,
  expected: readonly Box[],
): Promise<Detection[]> {
  const { input, task } = network.manifest;
  if (input.multipleOf === undefined) return searchWhole(network, frame);
  const { width, height } = frame.picture;
  const scale = VIDEO_LEVEL / Math.max(width, height);
  const threshold = task.scoreThreshold;
  const found = await searchLevel(network, frame, scale, threshold * EXPECTED_SHARE);
  const isExpected = ({ box }: Detection) =>
    expected.some((other) => intersectionOverUnion(box, other) >= EXPECTED_IOU);
  return found.filter((face) => face.score >= threshold || isExpected(face));
}
