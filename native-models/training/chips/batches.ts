import { RandomStream } from '../../../foundation/random.ts';
import { imagesToTensor, type RgbImage, type PixelEncoding } from '../../images/rgb-image.ts';
import { float32, type Tensor } from '../../graph/tensor.ts';

/** 0 … count − 1 in an order of its own for every seed and epoch (Fisher and Yates). */
export function shuffled(count: number, seed: number, epoch: number): Uint32Array {
  const random = new RandomStream(seed, 'order', epoch);
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

export function chipsToTensor(chips: readonly RgbImage[], encoding: PixelEncoding): Tensor {
  const { dims, data } = imagesToTensor(
    chips.map((image) => ({ image, mirrored: false })),
    encoding,
  );
  return float32(dims, data);
}
