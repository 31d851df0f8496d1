import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { LikenessError } from '../../../contract/errors.ts';

/**
 * Six photos of the npm package @vladmandic/face-api (MIT), with three to five people each, and
 * names that were made up for them, from left to right. Two of the people are in two photos.
 */
export interface AlbumPhoto {
  readonly file: string;
  /** The made-up names of its people, from left to right. */
  readonly people: readonly string[];
}

export interface Album {
  /** Everyone in these is enrolled. */
  readonly enrolment: readonly AlbumPhoto[];
  /** These are asked about; a name that is not enrolled belongs to a stranger. */
  readonly probes: readonly AlbumPhoto[];
}

const PACKAGE = '@vladmandic/face-api';

const enrolment = [
  { file: 'sample3.jpg', people: ['Ada', 'Bea', 'Cleo'] },
  { file: 'sample4.jpg', people: ['Dina', 'Ella', 'Fay', 'Gwen'] },
  { file: 'sample5.jpg', people: ['Hana', 'Ines', 'Juno', 'Kira', 'Lena'] },
  { file: 'sample6.jpg', people: ['Mona', 'Nora', 'Opal', 'Pia'] },
];

const probes = [
  { file: 'sample1.jpg', people: ['Fay', 'Rita', 'Ada'] },
  { file: 'sample2.jpg', people: ['Sara', 'Tess', 'Uma'] },
];

/** Errors: `file_not_found` where the package is not installed. */
export function findAlbum(): Album {
  const folder = photoFolder();
  const located = ({ file, people }: AlbumPhoto) => ({ file: path.join(folder, file), people });
  return { enrolment: enrolment.map(located), probes: probes.map(located) };
}

function photoFolder(): string {
  const require = createRequire(import.meta.url);
  const places = require.resolve.paths(PACKAGE) ?? [];
  const folders = places.map((place) => path.join(place, PACKAGE, 'demo'));
  const found = folders.find((folder) => existsSync(path.join(folder, 'sample1.jpg')));
  if (found !== undefined) return found;
  throw new LikenessError(
    'file_not_found',
    `The sample photos of ${PACKAGE} are not installed. Run "npm ci" and try again.`,
  );
}
