import { LikenessError } from '../../../contract/errors.ts';
import type { Refusal } from '../../../contract/values.ts';
import { readPhotoFolder } from '../../../foundation/files/photo-folder.ts';

export interface TrainingPhoto {
  /** Below its root. */
  readonly name: string;
  readonly file: string;
  /** The folder that it lies in; null where it lies in the root itself. */
  readonly person: string | null;
}

export interface TrainingPhotos {
  readonly photos: readonly TrainingPhoto[];
  /** All other files of the folder, each with the reason why it is left out. */
  readonly unused: readonly Refusal[];
}

/**
 * `root/person/photo` with a label and, where they are of use, `root/photo` without one; those first.
 *
 * @throws LikenessError as `readPhotoFolder`
 */
export async function photoFolder(
  root: string,
  loose: 'used' | 'refused',
): Promise<TrainingPhotos> {
  const { photos, unused } = await readPhotoFolder(root, loose);
  const listed = photos.map(({ person, name, path: file }) => ({
    name: person === null ? name : `${person}/${name}`,
    file,
    person,
  }));
  return { photos: listed, unused };
}

export const noFace = (file: string): Refusal => ({
  file,
  code: 'no_face',
  message: `No face was found in ${file}.`,
});

/** Why a photo cannot be used; throws what another photo would not escape either. */
export function failureOf(file: string, thrown: unknown): Refusal {
  if (!(thrown instanceof LikenessError) || !/^(?:file|image)_/u.test(thrown.code)) throw thrown;
  const { code, message, details } = thrown;
  return { file, code, message, details: { ...details } };
}
