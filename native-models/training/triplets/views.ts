import { RandomStream } from '../../../foundation/random.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import { augment, type AugmentationSettings } from '../augment/augment.ts';
import { throughBadCamera } from '../augment/bad-camera.ts';
import { chipsToTensor } from '../chips/batches.ts';
import type { EncoderInput } from '../chips/encode-examples.ts';
import type { Example } from '../chips/example.ts';
import { EYES_APART } from '../chips/face-chip.ts';

/** `bad`: every other view is as a bad camera would have it. */
export type Camera = 'good' | 'bad';

export interface ViewSettings {
  readonly seed: number;
  readonly augmentation: AugmentationSettings;
  readonly camera: Camera;
}

/** What the trained part of a network reads, for the photos of a batch. */
export interface Views {
  /** @param serial of the first row over the whole training: every row is another view. */
  feed(photos: readonly number[], serial: number): Promise<NamedTensors>;
}

/** Whether the view of this serial is as a bad camera would have it. */
export const isDegraded = (serial: number, camera: Camera): boolean =>
  camera === 'bad' && serial % 2 === 1;

/** One view of a face; odd ones go through the bad camera where there is one. */
export async function viewOf(
  example: Example,
  side: number,
  serial: number,
  { seed, augmentation, camera }: ViewSettings,
): Promise<RgbImage> {
  const random = new RandomStream(seed, 'augment', serial);
  const view = await augment(await example.read(), side, augmentation, random);
  if (!isDegraded(serial, camera)) return view;
  return throughBadCamera(view, EYES_APART * side, random);
}

/** Every view is made when it is needed: no two are alike. */
export function freshViews(
  examples: readonly Example[],
  input: EncoderInput,
  settings: ViewSettings,
): Views {
  return {
    feed: async (photos, serial) => {
      const chips = await Promise.all(
        photos.map((photo, row) => viewOf(examples[photo]!, input.side, serial + row, settings)),
      );
      return { [input.name]: chipsToTensor(chips, input) };
    },
  };
}
