import type { Point } from '../../contract/values.ts';
import type { Placement } from '../images/letterbox.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { decodeDetections } from './detection-decoding.ts';
import type { Detection } from './geometry.ts';
import { batchLimit, chunksOf, runOnImages, type Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';

/** What the network sees of a picture, and where that lies. */
export interface View {
  readonly image: RgbImage;
  /** seen = picture · scale + offset */
  readonly placement: Placement;
}

const VIEWS_PER_RUN = 8;

/**
 * What the network takes for a face in each of several views of equal size, best first, in pixels
 * of the picture.
 *
 * @param threshold lowest score, 0…1.
 */
export async function detectInViews(
  network: Network<'detector'>,
  views: readonly View[],
  threshold: number,
): Promise<Detection[][]> {
  const found: Detection[][] = [];
  for (const batch of chunksOf(views, batchLimit(network.manifest, VIEWS_PER_RUN)))
    found.push(...(await detectInBatch(network, batch, threshold)));
  return found;
}

async function detectInBatch(
  network: Network<'detector'>,
  views: readonly View[],
  threshold: number,
): Promise<Detection[][]> {
  const { decode, nmsIou } = network.manifest.task;
  const entries = views.map(({ image }) => ({ image, mirrored: false }));
  const outputs = await runOnImages(network, entries);
  const size = views[0]!.image;
  return decodeDetections(decode, outputs, views.length, size, threshold).map((detections, i) =>
    suppressNonMaxima(detections, nmsIou).map((detection) =>
      inPicture(detection, views[i]!.placement),
    ),
  );
}

function inPicture({ box, score, points }: Detection, { x, y, scale }: Placement): Detection {
  const back = ([px, py]: Point): Point => [(px - x) / scale, (py - y) / scale];
  const [left, top] = back([box.x, box.y]);
  return {
    box: { x: left, y: top, width: box.width / scale, height: box.height / scale },
    score,
    ...(points && { points: points.map(back) }),
  };
}
