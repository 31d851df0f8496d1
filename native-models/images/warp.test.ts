import { describe, expect, it } from 'vitest';
import { blankImage, cropImage, imagesToTensor, type RgbImage } from './rgb-image.ts';
import { letterbox, buildPyramid, ImagePyramid } from './resampling.ts';
import { applyAffine, composeAffine, invertAffine, warpImage, type Affine } from './warp.ts';

function drawn(width: number, height: number, paint: (x: number, y: number) => number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return paint(pixel % width, Math.floor(pixel / width)) + (i % 3);
  });
  return { width, height, data };
}

const single = (image: RgbImage): ImagePyramid => new ImagePyramid(image);

const gradient = drawn(40, 30, (x, y) => 4 * x + 2 * y);
const at = ({ width, data }: RgbImage, x: number, y: number) => data[(y * width + x) * 3]!;
const identity: Affine = { a: 1, b: 0, tx: 0, c: 0, d: 1, ty: 0 };

describe('warpImage', () => {
  it('copies under the identity', () => {
    expect(warpImage(single(gradient), identity, 40, 30).data).toEqual(gradient.data);
  });

  it('goes on beyond the edge as the edge does, where that is asked for', () => {
    const away = { ...identity, tx: -10, ty: -5 };
    const black = warpImage(single(gradient), away, 60, 45);
    const extended = warpImage(single(gradient), away, 60, 45, 'edge');
    expect([at(black, 2, 15), at(black, 55, 40)]).toEqual([0, 0]);
    expect(at(extended, 2, 15)).toBe(at(gradient, 0, 10));
    expect(at(extended, 55, 40)).toBe(at(gradient, 39, 29));
    expect(at(extended, 20, 20)).toBe(at(black, 20, 20));
  });

  it('interpolates between pixels', () => {
    const shifted = warpImage(single(gradient), { ...identity, tx: 0.5 }, 40, 30);
    expect(at(shifted, 10, 10)).toBe(at(gradient, 10, 10) + 2);
  });

  it('rotates about the given point', () => {
    const quarter: Affine = { a: 0, b: 1, tx: 0, c: -1, d: 0, ty: 30 };
    const turned = warpImage(single(gradient), quarter, 30, 40);
    expect(at(turned, 0, 0)).toBe(at(gradient, 0, 29));
    expect(at(turned, 29, 39)).toBe(at(gradient, 39, 0));
  });

  it('is black outside the picture', () => {
    const outside = warpImage(single(gradient), { ...identity, tx: -20, ty: -10 }, 40, 30);
    expect(at(outside, 18, 20)).toBe(0);
    expect(at(outside, 25, 20)).toBe(at(gradient, 5, 10));
    expect(warpImage(single(gradient), { ...identity, tx: 500 }, 4, 4)).toEqual(blankImage(4, 4));
  });

  it.each([2, 3.3, 7])('averages where one chip pixel covers %d of the picture', async (scale) => {
    const checkers = drawn(640, 640, (x, y) => ((x + y) % 2) * 200);
    const size = Math.floor(640 / scale) - 8;
    const toSource = { a: scale, b: 0, tx: 4 * scale, c: 0, d: scale, ty: 4 * scale };
    const chip = warpImage(await buildPyramid(checkers), toSource, size, size);
    const reds = chip.data.filter((_, i) => i % 3 === 0);
    expect(Math.min(...reds)).toBeGreaterThan(95); // skipping pixels would leave 0 and 200
    expect(Math.max(...reds)).toBeLessThan(105);
  });

  it('keeps positions on all levels of a pyramid', async () => {
    const smooth = await buildPyramid(drawn(641, 641, (x) => x * 0.39));
    const chip = warpImage(smooth, { a: 5, b: 0, tx: 25, c: 0, d: 5, ty: 25 }, 100, 30);
    expect([1, 2, 4, 8].map((step) => smooth.levelFor(step).width)).toEqual([641, 320, 160, 160]);
    for (let x = 0; x < 100; x++)
      expect(Math.abs(at(chip, x, 9) - 0.39 * (24.5 + 5 * (x + 0.5)))).toBeLessThan(1.5);
  });
});

describe('affine transforms', () => {
  const some: Affine = { a: 1.5, b: -0.4, tx: 7, c: 0.4, d: 1.2, ty: -3 };

  it('are undone by their inverse', () => {
    const both = composeAffine(invertAffine(some), some);
    const [x, y] = applyAffine(both, [12, -5]);
    expect(x).toBeCloseTo(12, 10);
    expect(y).toBeCloseTo(-5, 10);
  });

  it('have no inverse where they flatten the plane', () => {
    expect(() => invertAffine({ ...some, a: 0, b: 0 })).toThrow(RangeError);
    expect(() => invertAffine({ ...some, a: NaN })).toThrow(RangeError);
  });
});

describe('letterbox', () => {
  const whole = (image: RgbImage) => ({ x: 0, y: 0, width: image.width, height: image.height });

  it('fits a wide picture into the middle', async () => {
    const { image, placement } = await letterbox(single(gradient), whole(gradient), 80, 80);
    expect(placement).toEqual({ scale: 2, x: 0, y: 10 });
    expect([at(image, 40, 9), at(image, 40, 70)]).toEqual([0, 0]);
    expect(Math.abs(at(image, 40, 40) - at(gradient, 20, 15))).toBeLessThan(4);
  });

  it('shows a region, and black where it reaches beyond the picture', async () => {
    const region = { x: -10, y: 0, width: 20, height: 20 };
    const { image, placement } = await letterbox(single(gradient), region, 40, 40);
    expect(placement).toEqual({ scale: 2, x: 20, y: 0 });
    expect(at(image, 19, 20)).toBe(0);
    expect(Math.abs(at(image, 30, 20) - at(gradient, 5, 10))).toBeLessThan(4);
  });
});

describe('imagesToTensor', () => {
  const image = drawn(2, 1, (x) => 10 + 50 * x);
  const encoding = { mean: [10, 11, 2], std: [2, 5, 10], channels: 'RGB', layout: 'NCHW' } as const;
  const tensor = (change: object, mirrored = false) =>
    imagesToTensor([{ image, mirrored }], { ...encoding, ...change });

  it('makes planes, with mean and deviation per channel', () => {
    const { dims, data } = tensor({});
    expect(dims).toEqual([1, 3, 1, 2]);
    expect([...data]).toEqual([0, 25, 0, 10, 1, 6]);
  });

  it('makes interleaved pixels', () => {
    const { dims, data } = tensor({ layout: 'NHWC' });
    expect(dims).toEqual([1, 1, 2, 3]);
    expect([...data]).toEqual([0, 0, 1, 25, 10, 6]);
  });

  it('exchanges red and blue, and left and right', () => {
    expect([...tensor({ channels: 'BGR' }).data]).toEqual(
      [1, 26, 0, 10, 0.8, 5.8].map(Math.fround),
    );
    expect([...tensor({}, true).data]).toEqual([25, 0, 10, 0, 6, 1]);
  });

  it('stacks a batch', () => {
    const { dims, data } = imagesToTensor(
      [
        { image, mirrored: false },
        { image, mirrored: true },
      ],
      encoding,
    );
    expect(dims).toEqual([2, 3, 1, 2]);
    expect([...data.subarray(6)]).toEqual([25, 0, 10, 0, 6, 1]);
  });
});

it('crops', () => {
  const part = cropImage(gradient, { x: 5, y: 7, width: 3, height: 2 });
  expect([part.width, part.height, at(part, 0, 0), at(part, 2, 1)]).toEqual([
    3,
    2,
    at(gradient, 5, 7),
    at(gradient, 7, 8),
  ]);
});

it('samples the inside and the border of a picture alike', () => {
  const photo = drawn(200, 160, (x, y) => (x * 7 + y * 13) % 251);
  const turn: Affine = { a: 0.9, b: -0.3, tx: 60, c: 0.3, d: 0.9, ty: 20 };
  const inside = warpImage(single(photo), turn, 64, 64);
  // The same chip as the corner of one that reaches far beyond the picture.
  const beyond = warpImage(single(photo), turn, 400, 400);
  for (let y = 0; y < 64; y++)
    for (let x = 0; x < 64; x++)
      expect(Math.abs(at(inside, x, y) - at(beyond, x, y))).toBeLessThanOrEqual(2);
});
