/**
 * A bundle hoists static imports of packages that it leaves outside, and then every command would
 * load sharp (0.1 s) before it can say a word.
 */
export const loadSharp = async () => (await import('sharp')).default;

/** A photo as a page shows it: upright, at most so large, as JPEG. */
interface ShownPhoto {
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
