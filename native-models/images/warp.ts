import type { ImagePyramid } from './resampling.ts';
import type { RgbImage } from './rgb-image.ts';

/** x' = a·x + b·y + tx, y' = c·x + d·y + ty; pixel centers lie at whole numbers plus a half. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly c: number;
  readonly d: number;
  readonly ty: number;
}

/** @throws RangeError where the transform flattens the plane. */
export function invertAffine({ a, b, tx, c, d, ty }: Affine): Affine {
  const determinant = a * d - b * c;
  if (!Number.isFinite(1 / determinant)) throw new RangeError('The transform has no inverse.');
  const inverse = {
    a: d / determinant,
    b: -b / determinant,
    c: -c / determinant,
    d: a / determinant,
  };
  return {
    ...inverse,
    tx: -(inverse.a * tx + inverse.b * ty),
    ty: -(inverse.c * tx + inverse.d * ty),
  };
}

/** The transform that applies `inner` first. */
export function composeAffine(outer: Affine, inner: Affine): Affine {
  return {
    a: outer.a * inner.a + outer.b * inner.c,
    b: outer.a * inner.b + outer.b * inner.d,
    tx: outer.a * inner.tx + outer.b * inner.ty + outer.tx,
    c: outer.c * inner.a + outer.d * inner.c,
    d: outer.c * inner.b + outer.d * inner.d,
    ty: outer.c * inner.tx + outer.d * inner.ty + outer.ty,
  };
}

/** Turns clockwise about a point, by so many degrees. */
export function turnAbout([x, y]: readonly [number, number], degrees: number): Affine {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return {
    a: cosine,
    b: -sine,
    tx: x - cosine * x + sine * y,
    c: sine,
    d: cosine,
    ty: y - sine * x - cosine * y,
  };
}

export function applyAffine(
  { a, b, tx, c, d, ty }: Affine,
  [x, y]: readonly [number, number],
): readonly [number, number] {
  return [a * x + b * y + tx, c * x + d * y + ty];
}

/**
 * Cuts a chip: `toSource` maps chip coordinates to coordinates of the picture. Sampling is bilinear,
 * from the pyramid's level that fits, so that nothing is skipped where a chip pixel covers several
 * of the picture. What lies outside the picture is black, or goes on as the picture's edge does.
 */
export function warpImage(
  pyramid: ImagePyramid,
  toSource: Affine,
  width: number,
  height: number,
  outside: 'black' | 'edge' = 'black',
): RgbImage {
  const { a, b, c, d } = toSource;
  const picture = pyramid.picture;
  const level = pyramid.levelFor(Math.sqrt(Math.abs(a * d - b * c)));
  const [x, y] = [level.width / picture.width, level.height / picture.height];
  const toLevel = composeAffine({ a: x, b: 0, tx: 0, c: 0, d: y, ty: 0 }, toSource);
  return sampleBilinear(level, toLevel, width, height, outside === 'edge');
}

function sampleBilinear(
  image: RgbImage,
  { a, b, tx, c, d, ty }: Affine,
  width: number,
  height: number,
  extended: boolean,
): RgbImage {
  const toLevel = { a, b, tx, c, d, ty };
  const [right, bottom] = [image.width - 1, image.height - 1];
  if (isInside(image, toLevel, width, height)) return sampleInside(image, toLevel, width, height);
  const data = new Uint8Array(width * height * 3);
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to += 3) {
      const x = a * (column + 0.5) + b * (row + 0.5) + tx - 0.5;
      const y = c * (column + 0.5) + d * (row + 0.5) + ty - 0.5;
      if (extended) blendPixel(image, clamp(x, right), clamp(y, bottom), data, to);
      else blendPixel(image, x, y, data, to);
    }
  }
  return { width, height, data };
}

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

/** Whether every sample of the chip has four pixels around it. */
function isInside(image: RgbImage, toLevel: Affine, width: number, height: number): boolean {
  const corners = [0.5, width - 0.5].flatMap((x) =>
    [0.5, height - 0.5].map((y) => applyAffine(toLevel, [x, y])),
  );
  return corners.every(
    ([x, y]) => x >= 1 && y >= 1 && x <= image.width - 1 && y <= image.height - 1,
  );
}

/** The common case without a look at borders, in fixed point: fractions have 8 bits. */
function sampleInside(
  { width: rowLength, data: source }: RgbImage,
  { a, b, tx, c, d, ty }: Affine,
  width: number,
  height: number,
): RgbImage {
  const data = new Uint8Array(width * height * 3);
  const below = rowLength * 3;
  let to = 0;
  for (let row = 0; row < height; row++) {
    let x = a * 0.5 + b * (row + 0.5) + tx - 0.5;
    let y = c * 0.5 + d * (row + 0.5) + ty - 0.5;
    for (let column = 0; column < width; column++, to += 3, x += a, y += c) {
      const left = x | 0;
      const top = y | 0;
      const fx = ((x - left) * 256) | 0;
      const fy = ((y - top) * 256) | 0;
      const p = (top * rowLength + left) * 3;
      const q = p + below;
      const w11 = fx * fy;
      const w10 = (fx << 8) - w11;
      const w01 = (fy << 8) - w11;
      const w00 = 65536 - w10 - w01 - w11;
      data[to] =
        (source[p]! * w00 +
          source[p + 3]! * w10 +
          source[q]! * w01 +
          source[q + 3]! * w11 +
          32768) >>
        16;
      data[to + 1] =
        (source[p + 1]! * w00 +
          source[p + 4]! * w10 +
          source[q + 1]! * w01 +
          source[q + 4]! * w11 +
          32768) >>
        16;
      data[to + 2] =
        (source[p + 2]! * w00 +
          source[p + 5]! * w10 +
          source[q + 2]! * w01 +
          source[q + 5]! * w11 +
          32768) >>
        16;
    }
  }
  return { width, height, data };
}

/** Writes the blend of the four pixels around (x, y); far outside it leaves the black of the chip. */
function blendPixel(image: RgbImage, x: number, y: number, target: Uint8Array, to: number): void {
  const { width, height } = image;
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < -1 || top < -1 || left >= width || top >= height) return;
  if (left >= 0 && top >= 0 && left + 1 < width && top + 1 < height)
    blendInside(image, left, top, x - left, y - top, target, to);
  else blendAtBorder(image, left, top, x - left, y - top, target, to);
}

function blendInside(
  { width, data }: RgbImage,
  left: number,
  top: number,
  fx: number,
  fy: number,
  target: Uint8Array,
  to: number,
): void {
  let p = (top * width + left) * 3;
  let q = p + width * 3;
  for (const end = to + 3; to < end; to++, p++, q++) {
    const upper = data[p]! + (data[p + 3]! - data[p]!) * fx;
    const lower = data[q]! + (data[q + 3]! - data[q]!) * fx;
    target[to] = upper + (lower - upper) * fy + 0.5;
  }
}

function blendAtBorder(
  image: RgbImage,
  left: number,
  top: number,
  fx: number,
  fy: number,
  target: Uint8Array,
  to: number,
): void {
  for (let channel = 0; channel < 3; channel++) {
    const at = (x: number, y: number) => pixelOrBlack(image, x, y, channel);
    const upper = at(left, top) * (1 - fx) + at(left + 1, top) * fx;
    const lower = at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx;
    target[to + channel] = upper * (1 - fy) + lower * fy + 0.5;
  }
}

function pixelOrBlack({ width, height, data }: RgbImage, x: number, y: number, channel: number) {
  if (x < 0 || y < 0 || x >= width || y >= height) return 0;
  return data[(y * width + x) * 3 + channel]!;
}
