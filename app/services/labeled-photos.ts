import { LikenessError } from '../../contract/errors.ts';
import type { Refusal } from '../../contract/values.ts';
import { readPhotoFolder, type FoundPhoto } from '../../foundation/files/photo-folder.ts';

/** A photo of somebody known: `root/person/photo.jpg`. */
export type LabeledPhoto = FoundPhoto & { readonly person: string };

export interface LabeledPhotos {
  readonly photos: readonly LabeledPhoto[];
  /** All other files of the folder, each with the reason why it is left out. */
  readonly unused: readonly Refusal[];
}

/**
 * The photos of everyone in a folder `root/person/photo`, person by person, both in the order of
 * their names.
 *
 * @throws LikenessError `file_not_found`, `file_not_directory`, `file_unreadable` as the system says.
 */
export async function findLabeledPhotos(root: string): Promise<LabeledPhotos> {
  const { photos, unused } = await readPhotoFolder(root);
  return { photos: photos.filter(isLabeled), unused };
}

const isLabeled = (photo: FoundPhoto): photo is LabeledPhoto => photo.person !== null;

/**
 * The same, for a measurement that needs photos.
 *
 * @throws LikenessError `evaluation_impossible` where there is none.
 */
export async function listLabeledPhotos(root: string): Promise<LabeledPhotos> {
  const found = await findLabeledPhotos(root);
  if (found.photos.length > 0) return found;
  throw new LikenessError(
    'evaluation_impossible',
    `${root} has no photos of people. Give a folder with a subfolder of pictures per person.`,
    { details: { root, unused: found.unused.slice(0, 100) } },
  );
}
