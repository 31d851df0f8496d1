import type { Box } from '../../../../contract/values.ts';
import { loadSharp } from '../pictures/sharp.ts';

/** The part of an upright photo around a face, with `margin` times the face's size on each side. */
export async function cropFace(file: string, box: Box, margin: number): Promise<Buffer> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(file).autoOrient().toBuffer({ resolveWithObject: true });
  return sharp(data)
    .extract(around(box, margin, info))
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** A square portrait of the given side. */
export async function portrait(file: string, box: Box, side: number): Promise<Buffer> {
  const crop = await cropFace(file, box, 0.45);
  const sharp = await loadSharp();
  return sharp(crop).resize(side, side, { fit: 'cover' }).jpeg({ quality: 84 }).toBuffer();
}

interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function around(
  { x, y, width, height }: Box,
  margin: number,
  photo: { readonly width: number; readonly height: number },
): Region {
  const left = Math.max(0, Math.floor(x - width * margin));
  const top = Math.max(0, Math.floor(y - height * margin));
  const right = Math.min(photo.width, Math.ceil(x + width * (1 + margin)));
  const bottom = Math.min(photo.height, Math.ceil(y + height * (1 + margin)));
  return { left, top, width: right - left, height: bottom - top };
}
