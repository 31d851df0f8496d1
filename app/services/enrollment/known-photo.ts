import { createHash } from 'node:crypto';
import type { ImageSource } from '../../../contract/values.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import { findPersonByName, ownersOfPhoto, type ModelKey, type Store } from '../../../db/store.ts';
import type { PhotoOutcome, PhotoToEnroll } from './photo.ts';

/** Recognizes by its hash, at a fraction of the cost of an analysis, what is enrolled already. */
export async function knownPhoto(
  store: Store,
  model: ModelKey,
  photo: PhotoToEnroll,
): Promise<PhotoOutcome | undefined> {
  const person = store.read((tables) => findPersonByName(tables, photo.name));
  if (person === undefined) return undefined;
  const hash = await hashOf(photo.image);
  if (hash === undefined) return undefined;
  const owners = store.read((tables) => ownersOfPhoto(tables, model, hash));
  return owners.includes(person.id) ? { kind: 'known', photo, person } : undefined;
}

/** SHA-256, hexadecimal; undefined where the file cannot be read, which the analysis then reports. */
async function hashOf(image: ImageSource): Promise<string | undefined> {
  try {
    const bytes = 'bytes' in image ? image.bytes : await readRegularFile(image.path, 'picture');
    return createHash('sha256').update(bytes).digest('hex');
  } catch {
    return undefined;
  }
}
