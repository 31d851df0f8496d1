/** An upright picture in memory: 8-bit sRGB, interleaved (R, G, B), row after row, no padding. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** length = width · height · 3 */
  readonly data: Uint8Array;
}

/** Whole pixels inside a picture. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A black picture. */
export function blankImage(width: number, height: number): RgbImage {
  return { width, height, data: new Uint8Array(width * height * 3) };
}

/** The smallest whole-pixel region that holds the given rectangle, cut at the picture's border. */
export function coveringRegion(rectangle: Region, image: RgbImage): Region {
  const x = clamp(Math.floor(rectangle.x), 0, image.width);
  const y = clamp(Math.floor(rectangle.y), 0, image.height);
  const right = clamp(Math.ceil(rectangle.x + rectangle.width), x, image.width);
  const bottom = clamp(Math.ceil(rectangle.y + rectangle.height), y, image.height);
  return { x, y, width: right - x, height: bottom - y };
}

/** Copies a region that lies inside the picture. */
export function cropImage(image: RgbImage, region: Region): RgbImage {
  const { width, height } = region;
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((region.y + row) * image.width + region.x) * 3;
    data.set(image.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, data };
}

/** Turns clockwise by a quarter, so often as is said. */
export function turnImage(image: RgbImage, quarters: 1 | 2 | 3): RgbImage {
  const { width, height, data } = image;
  const turned = quarters === 2 ? blankImage(width, height) : blankImage(height, width);
  // Where the first pixel goes, and from one pixel to the next along and across the rows.
  const [start, along, across] = {
    1: [height - 1, height, -1],
    2: [width * height - 1, -1, -width],
    3: [height * (width - 1), -height, 1],
  }[quarters] as [number, number, number];
  let from = 0;
  for (let y = 0; y < height; y++) {
    let to = (start + y * across) * 3;
    for (let x = 0; x < width; x++, to += along * 3) {
      turned.data[to] = data[from++]!;
      turned.data[to + 1] = data[from++]!;
      turned.data[to + 2] = data[from++]!;
    }
  }
  return turned;
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

export const longerSide = ({ width, height }: RgbImage): number => Math.max(width, height);

/** How pixels become network input: fed = (pixel − mean) / std, per channel in the given order. */
export interface PixelEncoding {
  readonly layout: 'NCHW' | 'NHWC';
  readonly channels: 'RGB' | 'BGR';
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

interface ImageTensor {
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
