import type { Box } from '../../app/contract/values.ts';
import { letterbox, type Placement } from '../images/resize.ts';
import type { Region, RgbImage } from '../images/rgb-image.ts';
import { decodeDetections } from './detection-decoding.ts';
import type { Detection } from './geometry.ts';
import { runOnImages, type Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';

export interface InputSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Faces in one region of a picture, best first, in pixels of the picture. The region may reach
 * beyond the picture's border: what lies there is black.
 *
 * @param size of the network's input; only where the manifest leaves it open (`multipleOf`).
 */
export async function detectInRegion(
  network: Network<'detector'>,
  image: RgbImage,
  region: Region,
  size: InputSize = network.manifest.input,
): Promise<Detection[]> {
  const { task } = network.manifest;
  const boxed = await letterbox(image, region, size.width, size.height);
  const outputs = await runOnImages(network, [{ image: boxed.image, mirrored: false }]);
  const [detections = []] = decodeDetections(task.decode, outputs, 1, size, task.scoreThreshold);
  return suppressNonMaxima(detections, task.nmsIou).map(({ box, score }) => ({
    box: fromCanvas(box, boxed.placement),
    score,
  }));
}

const fromCanvas = ({ x, y, width, height }: Box, placement: Placement): Box => ({
  x: (x - placement.x) / placement.scale,
  y: (y - placement.y) / placement.scale,
  width: width / placement.scale,
  height: height / placement.scale,
});
