import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError } from '../contract/errors.ts';

/** A photo of somebody known: `root/person/photo.jpg`. */
export interface LabelledPhoto {
  readonly person: string;
  /** Without the folder. */
  readonly name: string;
  readonly path: string;
}

const PICTURE = /\.(jpe?g|png|webp|avif|tiff?|gif)$/iu;

/**
 * The photos of everyone in a folder `root/person/*.jpg` (or another picture format), person by
 * person, both in the order of their names; hidden files and folders are left out.
 *
 * @throws LikenessError `file_not_found`, `file_not_directory`, `file_unreadable` as the system says.
 */
export async function findLabelledPhotos(root: string): Promise<readonly LabelledPhoto[]> {
  const folders = (await readFolder(root))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  const photos: LabelledPhoto[] = [];
  for (const person of folders) photos.push(...(await photosOf(root, person)));
  return photos;
}

/**
 * The same, for a measurement that needs photos.
 *
 * @throws LikenessError `evaluation_impossible` where there is none.
 */
export async function listLabelledPhotos(root: string): Promise<readonly LabelledPhoto[]> {
  const photos = await findLabelledPhotos(root);
  if (photos.length === 0)
    throw new LikenessError(
      'evaluation_impossible',
      `${root} has no photos of people. Give a folder with a subfolder of pictures per person.`,
      { details: { root } },
    );
  return photos;
}

async function readFolder(root: string): Promise<Dirent[]> {
  try {
    return await readdir(root, { withFileTypes: true });
  } catch (thrown) {
    const isFile = (thrown as NodeJS.ErrnoException).code === 'ENOTDIR';
    if (!isFile) throw toLikenessError(thrown);
    throw new LikenessError(
      'file_not_directory',
      `${root} is a file. Give the folder that has a subfolder of pictures per person.`,
      { details: { file: root }, cause: thrown },
    );
  }
}

async function photosOf(root: string, person: string): Promise<readonly LabelledPhoto[]> {
  const files = await readdir(path.join(root, person));
  return files
    .filter((name) => PICTURE.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => ({ person, name, path: path.join(root, person, name) }));
}
