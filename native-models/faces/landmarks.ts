import type { Box, Point } from '../../app/contract/values.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { warpImage } from '../images/warp.ts';
import { squareAround } from './geometry.ts';
import { batchLimit, chunksOf, outputOf, runOnImages, type Network } from './network.ts';

const FACES_PER_RUN = 32;

/**
 * The 68 landmarks (iBUG 300-W) of each box, in pixels of the picture. The network sees the box
 * padded to a square about its centre.
 */
export async function findLandmarks(
  network: Network<'landmarks'>,
  image: RgbImage,
  boxes: readonly Box[],
): Promise<Point[][]> {
  const squares = boxes.map((box) => squareAround(box));
  const found: Point[][] = [];
  for (const batch of chunksOf(squares, batchLimit(network.manifest, FACES_PER_RUN))) {
    const entries = batch.map((square) => ({
      image: cutSquare(image, square, network.manifest.input),
      mirrored: false,
    }));
    const { data } = outputOf(await runOnImages(network, entries), network.manifest.task.output);
    found.push(
      ...batch.map((square, n) => pointsIn(square, data.subarray(n * 136, (n + 1) * 136))),
    );
  }
  return found;
}

function cutSquare(
  image: RgbImage,
  square: Box,
  size: { readonly width: number; readonly height: number },
): RgbImage {
  const toSource = {
    a: square.width / size.width,
    b: 0,
    tx: square.x,
    c: 0,
    d: square.height / size.height,
    ty: square.y,
  };
  return warpImage(image, toSource, size.width, size.height);
}

function pointsIn(square: Box, relative: Float32Array): Point[] {
  return Array.from({ length: relative.length / 2 }, (_, i): Point => [
    square.x + relative[2 * i]! * square.width,
    square.y + relative[2 * i + 1]! * square.height,
  ]);
}
