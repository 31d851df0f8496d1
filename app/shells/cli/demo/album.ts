import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { LikenessError } from '../../../contract/errors.ts';

/** A photo whose people are enrolled. */
export interface EnrolmentSource {
  readonly file: string;
  /** Made-up names of its people, from left to right. */
  readonly people: readonly string[];
}

/** Six photos of the npm package @vladmandic/face-api (MIT), with three to five people each. */
export interface Album {
  readonly enrolment: readonly EnrolmentSource[];
  /** Photos that are asked about. */
  readonly probes: readonly string[];
}

const PACKAGE = '@vladmandic/face-api';

const enrolment: readonly EnrolmentSource[] = [
  { file: 'sample1.jpg', people: ['Ada', 'Bea', 'Cleo'] },
  { file: 'sample2.jpg', people: ['Dina', 'Ella', 'Fay'] },
  { file: 'sample5.jpg', people: ['Gwen', 'Hana', 'Ines', 'Juno', 'Kira'] },
  { file: 'sample6.jpg', people: ['Lena', 'Mona', 'Nora', 'Opal'] },
];

const probes: readonly string[] = ['sample3.jpg', 'sample4.jpg'];

/** Errors: `file_not_found` where the package is not installed. */
export function findAlbum(): Album {
  const folder = photoFolder();
  const locate = (file: string) => path.join(folder, file);
  return {
    enrolment: enrolment.map(({ file, people }) => ({ file: locate(file), people })),
    probes: probes.map(locate),
  };
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
