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
