import { loadSharp } from './sharp.ts';

/** A photo as a page shows it: upright, at most so large, as JPEG. */
export interface ShownPhoto {
  readonly jpeg: Buffer;
  /** Of the upright original, in pixels: what boxes refer to. */
  readonly width: number;
  readonly height: number;
}

export async function shownPhoto(file: string, maxSide: number): Promise<ShownPhoto> {
  const sharp = await loadSharp();
  const { autoOrient } = await sharp(file).metadata();
  const jpeg = await sharp(file)
    .autoOrient()
    .resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .jpeg({ quality: 84, mozjpeg: true })
    .toBuffer();
  return { jpeg, width: autoOrient.width, height: autoOrient.height };
}

export const dataUri = (jpeg: Buffer) => `data:image/jpeg;base64,${jpeg.toString('base64')}`;
