import { version } from '../../../contract/version.ts';
import { convertPainting } from '../../images/painting-file.ts';
import type { ImageFormat } from '../../../foundation/files/picture-formats.ts';
import { describePicture, showPicture } from '../../images/show.ts';
import { readImageSource } from '../../images/source.ts';
import type { Handlers } from '../context.ts';
import { writePicture } from '../../style/painting-run.ts';

type PictureHandlers = Pick<Handlers, 'describePicture' | 'showPicture' | 'convertPainting'>;

const extensions: Readonly<Record<ImageFormat, string>> = {
  JPEG: '.jpg',
  PNG: '.png',
  WebP: '.webp',
  AVIF: '.avif',
  TIFF: '.tif',
  GIF: '.gif',
  HEIC: '.heic',
  BMP: '.bmp',
};

export const pictureHandlers: PictureHandlers = {
  describePicture: async (_, { image }) => {
    const { width, height, format } = await describePicture(await readImageSource(image));
    return { width, height, extension: extensions[format] };
  },

  showPicture: async (_, { image, size }) => showPicture(await readImageSource(image), size),

  convertPainting: async (_, { picture, settings, format, output }) => {
    const note = { software: `Likeness ${version}`, settings: JSON.stringify(settings) };
    const bytes = await convertPainting(await readImageSource({ path: picture }), format, note);
    if (output === null) return { bytes };
    await writePicture(output, bytes);
    return { bytes: null };
  },
};
