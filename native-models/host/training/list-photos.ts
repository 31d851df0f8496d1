import { readdir } from 'node:fs/promises';
import path from 'node:path';

export interface TrainingPhoto {
  /** Below its root. */
  readonly name: string;
  readonly file: string;
  /** The folder that it lies in; null where it lies in the root itself. */
  readonly person: string | null;
}

const PICTURE = /\.(jpe?g|png|webp|avif|tiff?|gif)$/iu;

/** `root/photo.jpg` without a label and `root/person/photo.jpg` with one, in the order of names. */
export async function listTrainingPhotos(root: string): Promise<readonly TrainingPhoto[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const visible = entries.filter(({ name }) => !name.startsWith('.')).sort(byName);
  const photos: TrainingPhoto[] = [];
  for (const entry of visible)
    if (entry.isDirectory()) photos.push(...(await photosOf(root, entry.name)));
    else if (PICTURE.test(entry.name))
      photos.push({ name: entry.name, file: path.join(root, entry.name), person: null });
  return photos;
}

async function photosOf(root: string, person: string): Promise<readonly TrainingPhoto[]> {
  const names = (await readdir(path.join(root, person))).filter(
    (name) => PICTURE.test(name) && !name.startsWith('.'),
  );
  return names
    .sort()
    .map((name) => ({ name: `${person}/${name}`, file: path.join(root, person, name), person }));
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : 1;
