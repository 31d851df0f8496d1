import { inLibraryFormat } from './decode.ts';
import { imageLibrary } from './library.ts';
import { settingsIn } from './painting-xmp.ts';
import { imageError, type EncodedImage } from './source.ts';

/**
 * The settings that a painting carries.
 *
 * @throws LikenessError painting_unknown, image_unrecognized
 */
export async function readSettings(image: EncodedImage): Promise<string> {
  const settings = await settingsOf(image).catch(() => {
    throw imageError('image_unrecognized', image.name, 'is no picture that can be read.');
  });
  if (settings !== null) return settings;
  throw imageError(
    'painting_unknown',
    image.name,
    'carries no settings. Only pictures that Likeness painted can be repeated, and only while ' +
      'no other program has rewritten them.',
  );
}

/**
 * Refuses what Likeness painted, where photos are gathered. A damaged picture is left to whoever
 * decodes it.
 *
 * @throws LikenessError image_painted
 */
export async function refusePainting(image: EncodedImage): Promise<void> {
  const settings = await settingsOf(image).catch(() => null);
  if (settings === null) return;
  throw imageError('image_painted', image.name, 'is a painting that Likeness made, not a photo.');
}

async function settingsOf(image: EncodedImage): Promise<string | null> {
  const { bytes } = await inLibraryFormat(image);
  const { xmpAsString } = await imageLibrary()(bytes, { limitInputPixels: false }).metadata();
  return settingsIn(xmpAsString ?? '');
}
