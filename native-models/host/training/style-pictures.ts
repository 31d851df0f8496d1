import { LikenessError } from '../../../contract/errors.ts';
import type { Refusal } from '../../../contract/values.ts';
import { decodeImage } from '../../images/decode.ts';
import { resizeImage } from '../../images/resampling.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import { readImageSource } from '../../images/source.ts';
import { shuffled } from '../../training/chips/batches.ts';
import type { RequestContext } from '../handler.ts';
import { failureOf, photoFolder } from './list-photos.ts';

export interface StylePictures {
  readonly training: readonly RgbImage[];
  readonly validation: readonly RgbImage[];
  readonly unreadable: readonly string[];
  readonly files: number;
  /** Each file that is not used, with the reason; without those beyond what is kept in memory. */
  readonly unused: readonly Refusal[];
  readonly leftOut: number;
}

/** Larger pictures are made so small: what is cut out of them is smaller still. */
const SHORTER_SIDE = 288;
/** About 350 kB each stay in memory. */
const MOST_PICTURES = 4000;

/**
 * All pictures of some folders, small, in an order that the seed decides.
 *
 * @throws LikenessError training_impossible without two pictures that can be read, cancelled
 */
export async function gatherStylePictures(
  {
    images,
    seed,
    validation,
  }: {
    readonly images: readonly string[];
    readonly seed: number;
    readonly validation: number;
  },
  { signal, report }: RequestContext,
): Promise<StylePictures> {
  const files: string[] = [];
  const unused: Refusal[] = [];
  for (const root of images) {
    const found = await photoFolder(root, 'used');
    files.push(...found.photos.map(({ file }) => file));
    unused.push(...found.unused);
  }
  const foreign = unused.length;
  const order = [...shuffled(files.length, seed, 0)].slice(0, MOST_PICTURES);
  const pictures: RgbImage[] = [];
  for (const [done, index] of order.entries()) {
    if (signal.aborted) throw new LikenessError('cancelled', 'Stopped before the training began.');
    const picture = await readSmall(files[index]!);
    if ('code' in picture) unused.push(picture);
    else pictures.push(picture);
    report({ stage: 'Reading pictures', done: done + 1, total: order.length });
  }
  const unreadable = unused.slice(foreign).map(({ file }) => file);
  if (pictures.length < 2)
    throw new LikenessError(
      'training_impossible',
      `There are ${pictures.length} pictures that can be read in ${images.join(', ')}; at least two ` +
        'are needed, a few hundred to learn something.',
      { details: { images: [...images], pictures: pictures.length, unreadable } },
    );
  const apart = Math.max(1, Math.round(validation * pictures.length));
  return {
    training: pictures.slice(apart),
    validation: pictures.slice(0, apart),
    unreadable,
    files: files.length + foreign,
    unused,
    leftOut: files.length - order.length,
  };
}

async function readSmall(file: string): Promise<RgbImage | Refusal> {
  try {
    const { pixels } = await decodeImage(await readImageSource({ path: file }));
    const scale = SHORTER_SIDE / Math.min(pixels.width, pixels.height);
    if (scale >= 1) return pixels;
    const side = (length: number) => Math.max(1, Math.round(length * scale));
    return await resizeImage(pixels, side(pixels.width), side(pixels.height));
  } catch (thrown) {
    return failureOf(file, thrown);
  }
}
