import type { Box, Point } from '../../contract/values.ts';
import type { ImagePyramid } from '../images/resampling.ts';
import { applyAffine, composeAffine, turnAbout, warpImage, type Affine } from '../images/warp.ts';
import { squareCrop, uprightCrop } from './align.ts';
import { distanceBetween, squareAround } from '../../foundation/geometry.ts';
import { batchLimit, chunksOf, outputOf, runOnImages, type Network } from './network.ts';

const FACES_PER_RUN = 32;
const POINTS = 68;

/**
 * The 68 landmarks (iBUG 300-W) of each box, in pixels of the picture.
 *
 * The network looks twice: at the box padded to a square about its center, and then at the upright
 * crop that the first landmarks define. So the result depends neither on how a detector draws its
 * boxes nor on how far a face leans, up to some 60 degrees from where the first look expects it.
 *
 * @param leans how far each face is expected to lean clockwise, in degrees; 0 where it is not said
 */
export async function findLandmarks(
  network: Network<'landmarks'>,
  photo: ImagePyramid,
  boxes: readonly Box[],
  leans: readonly number[] = [],
): Promise<Point[][]> {
  const { width } = network.manifest.input;
  const squares = boxes.map((box, i) => {
    const lean = turnAbout([width / 2, width / 2], leans[i] ?? 0);
    return composeAffine(squareCrop(squareAround(box), width), lean);
  });
  return followLandmarks(network, photo, await landmarksInCrops(network, photo, squares));
}

/** One look at the upright crops that earlier landmarks of the same faces define. */
export async function followLandmarks(
  network: Network<'landmarks'>,
  photo: ImagePyramid,
  earlier: readonly (readonly Point[])[],
): Promise<Point[][]> {
  const { width } = network.manifest.input;
  const crops = earlier.map((landmarks) => uprightCrop(landmarks, width));
  return landmarksInCrops(network, photo, crops);
}

/**
 * How far a further look moves the landmarks, as a share of the width of the eyes. Where the crop
 * shows a face upright it hardly does; elsewhere the network has no face to hold on to.
 */
export async function unsteadinessOf(
  network: Network<'landmarks'>,
  photo: ImagePyramid,
  landmarks: readonly (readonly Point[])[],
): Promise<number[]> {
  const again = await followLandmarks(network, photo, landmarks);
  return landmarks.map((points, i) => {
    const moved = points.reduce((sum, point, n) => sum + distanceBetween(point, again[i]![n]!), 0);
    return moved / points.length / distanceBetween(points[36]!, points[45]!);
  });
}

/** @param crops from pixels of the network's input to those of the picture. */
async function landmarksInCrops(
  network: Network<'landmarks'>,
  photo: ImagePyramid,
  crops: readonly Affine[],
): Promise<Point[][]> {
  const { input, task } = network.manifest;
  const found: Point[][] = [];
  for (const batch of chunksOf(crops, batchLimit(network.manifest, FACES_PER_RUN))) {
    const entries = batch.map((crop) => ({
      image: warpImage(photo, crop, input.width, input.height),
      mirrored: false,
    }));
    const { data } = outputOf(await runOnImages(network, entries), task.output);
    batch.forEach((crop, n) => {
      const relative = data.subarray(n * POINTS * 2, (n + 1) * POINTS * 2);
      found.push(pointsIn(crop, relative, input));
    });
  }
  return found;
}

function pointsIn(
  crop: Affine,
  relative: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
): Point[] {
  return Array.from({ length: POINTS }, (_, i) =>
    applyAffine(crop, [relative[2 * i]! * width, relative[2 * i + 1]! * height]),
  );
}
