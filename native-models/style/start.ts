import { assertNever } from '../../contract/errors.ts';
import { blankPicture, type Picture, type Size } from './picture.ts';
import { resamplePlanes } from './pyramid/resample.ts';
import { RandomStream } from './random.ts';

/** What a painting begins with. */
export type Start =
  | { readonly kind: 'content' }
  /** Every value on its own, uniform between 0 and 1; the same for the same seed and size. */
  | { readonly kind: 'noise'; readonly seed: number }
  /** Any other picture, stretched to the size. */
  | { readonly kind: 'picture'; readonly picture: Picture };

/** The first picture, of the given size; always a new one, to be painted on. */
export function startPicture(start: Start, content: Picture, size: Size): Picture {
  switch (start.kind) {
    case 'content':
      return copyAt(content, size);
    case 'noise':
      return noise(start.seed, size);
    case 'picture':
      return copyAt(start.picture, size);
    default:
      return assertNever(start);
  }
}

const copyAt = (picture: Picture, { width, height }: Size): Picture => ({
  width,
  height,
  data: resamplePlanes(picture.data, picture, { width, height }),
});

function noise(seed: number, size: Size): Picture {
  const random = new RandomStream(seed, 'start');
  const picture = blankPicture(size);
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = random.uniform();
  return picture;
}
