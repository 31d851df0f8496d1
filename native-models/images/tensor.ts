import type { RgbImage } from './rgb-image.ts';

/** How pixels become network input: fed = (pixel − mean) / std, per channel in the given order. */
export interface PixelEncoding {
  readonly layout: 'NCHW' | 'NHWC';
  readonly channels: 'RGB' | 'BGR';
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

export interface ImageTensor {
  readonly dims: readonly [number, number, number, number];
  readonly data: Float32Array;
}

export interface BatchEntry {
  readonly image: RgbImage;
  /** Left and right exchanged. */
  readonly mirrored: boolean;
}

/** One batch of pictures, all of the same size. */
export function imagesToTensor(batch: readonly BatchEntry[], encoding: PixelEncoding): ImageTensor {
  const { width, height } = batch[0]!.image;
  const size = width * height * 3;
  const data = new Float32Array(batch.length * size);
  const write = pixelWriter(encoding);
  batch.forEach((entry, n) => write(entry, data.subarray(n * size, (n + 1) * size)));
  const { length } = batch;
  return {
    dims: encoding.layout === 'NCHW' ? [length, 3, height, width] : [length, height, width, 3],
    data,
  };
}

/** Look-up tables and strides are worked out once for a batch. */
function pixelWriter(encoding: PixelEncoding): (entry: BatchEntry, target: Float32Array) => void {
  const tables = [0, 1, 2].map((channel) => fedValues(encoding, channel));
  const sources = encoding.channels === 'RGB' ? [0, 1, 2] : [2, 1, 0];
  return ({ image, mirrored }, target) => {
    const plane = image.width * image.height;
    const planar = encoding.layout === 'NCHW';
    tables.forEach((table, channel) =>
      writeChannel(image, sources[channel]!, mirrored, table, target, {
        start: planar ? channel * plane : channel,
        step: planar ? 1 : 3,
      }),
    );
  };
}

/** The fed value of each of the 256 pixel values. */
function fedValues({ mean, std }: PixelEncoding, channel: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, pixel) => (pixel - mean[channel]!) / std[channel]!);
}

function writeChannel(
  { width, height, data }: RgbImage,
  source: number,
  mirrored: boolean,
  table: Float32Array,
  target: Float32Array,
  { start, step }: { readonly start: number; readonly step: number },
): void {
  const stride = mirrored ? -3 : 3;
  let to = start;
  for (let row = 0; row < height; row++) {
    let from = (row * width + (mirrored ? width - 1 : 0)) * 3 + source;
    for (let column = 0; column < width; column++, from += stride, to += step)
      target[to] = table[data[from]!]!;
  }
}
