import { imageLibrary } from './library.ts';
import { settingsIn } from './painting-xmp.ts';
import { imageError, type EncodedImage } from './source.ts';

/**
 * The settings that a painting carries.
 *
 * @throws LikenessError painting_unknown, image_unrecognised
 */
export async function readSettings(image: EncodedImage): Promise<string> {
  const metadata = await imageLibrary()(image.bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw imageError('image_unrecognised', image.name, 'is no picture that can be read.');
    });
  const settings = settingsIn(metadata.xmpAsString ?? '');
  if (settings !== null) return settings;
  throw imageError(
    'painting_unknown',
    image.name,
    'carries no settings. Only pictures that Likeness painted can be repeated, and only while ' +
      'no other program has rewritten them.',
  );
}
