import { coveringRegion, type Region, type RgbImage } from './rgb-image.ts';

/** x' = a·x + b·y + tx, y' = c·x + d·y + ty; pixel centres lie at whole numbers plus a half. */
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

export function applyAffine(
  { a, b, tx, c, d, ty }: Affine,
  [x, y]: readonly [number, number],
): readonly [number, number] {
  return [a * x + b * y + tx, c * x + d * y + ty];
}

/**
 * Cuts a chip: `toSource` maps chip coordinates to picture coordinates. Sampling is bilinear; where
 * one chip pixel covers several of the picture, these are averaged in whole blocks first, so that
 * nothing is skipped. What lies outside the picture is black.
 */
export function warpImage(
  image: RgbImage,
  toSource: Affine,
  width: number,
  height: number,
): RgbImage {
  const factor = Math.max(1, Math.floor(pixelsPerStep(toSource)));
  if (factor === 1) return sampleBilinear(image, toSource, width, height);
  const region = coveringRegion(boundsOf(toSource, width, height, factor), image);
  const reduced = averageBlocks(image, region, factor);
  const toReduced = {
    a: 1 / factor,
    b: 0,
    tx: -region.x / factor,
    c: 0,
    d: 1 / factor,
    ty: -region.y / factor,
  };
  return sampleBilinear(reduced, composeAffine(toReduced, toSource), width, height);
}

/** Side of the square of the picture that one chip pixel stands for. */
const pixelsPerStep = ({ a, b, c, d }: Affine) => Math.sqrt(Math.abs(a * d - b * c));

/** The bounding rectangle of the chip in the picture, with a margin. */
function boundsOf(toSource: Affine, width: number, height: number, margin: number): Region {
  const corners = (
    [
      [0, 0],
      [width, 0],
      [0, height],
      [width, height],
    ] as const
  ).map((corner) => applyAffine(toSource, corner));
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const x = Math.min(...xs) - margin;
  const y = Math.min(...ys) - margin;
  return { x, y, width: Math.max(...xs) + margin - x, height: Math.max(...ys) + margin - y };
}

/** Means of `factor` × `factor` blocks of the region; a partial last row or column is dropped. */
function averageBlocks(image: RgbImage, region: Region, factor: number): RgbImage {
  const width = Math.floor(region.width / factor);
  const height = Math.floor(region.height / factor);
  const data = new Uint8Array(width * height * 3);
  const sums = new Uint32Array(width * 3);
  const share = 1 / (factor * factor);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let line = 0; line < factor; line++)
      addBlockRow(image, region.x, region.y + y * factor + line, factor, sums);
    const row = y * width * 3;
    for (let i = 0; i < sums.length; i++) data[row + i] = sums[i]! * share + 0.5;
  }
  return { width, height, data };
}

/** Adds every `factor` neighbouring pixels of one picture row to one triple of `sums`. */
function addBlockRow(
  image: RgbImage,
  x: number,
  y: number,
  factor: number,
  sums: Uint32Array,
): void {
  const { data } = image;
  let from = (y * image.width + x) * 3;
  for (let to = 0; to < sums.length; to += 3) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (const end = from + factor * 3; from < end; from += 3) {
      red += data[from]!;
      green += data[from + 1]!;
      blue += data[from + 2]!;
    }
    sums[to]! += red;
    sums[to + 1]! += green;
    sums[to + 2]! += blue;
  }
}

function sampleBilinear(
  image: RgbImage,
  { a, b, tx, c, d, ty }: Affine,
  width: number,
  height: number,
): RgbImage {
  const data = new Uint8Array(width * height * 3);
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to += 3) {
      const x = a * (column + 0.5) + b * (row + 0.5) + tx - 0.5;
      const y = c * (column + 0.5) + d * (row + 0.5) + ty - 0.5;
      blendPixel(image, x, y, data, to);
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
