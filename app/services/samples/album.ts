import { existsSync } from 'node:fs';
import path from 'node:path';
import { LikenessError } from '../../../contract/errors.ts';

/** A photo whose people are enrolled. */
export interface EnrollmentSource {
  readonly file: string;
  /** Made-up names of its people, from left to right. */
  readonly people: readonly string[];
}

/** Six photos of the npm package @vladmandic/face-api (MIT), with three to five people each. */
export interface Album {
  readonly enrollment: readonly EnrollmentSource[];
  /** Photos that are asked about: people of them were enrolled, others are strangers. */
  readonly probes: readonly string[];
}

const enrollment: readonly EnrollmentSource[] = [
  { file: 'sample1.jpg', people: ['Cleo', 'Bea', 'Ada'] },
  { file: 'sample2.jpg', people: ['Dina', 'Ella', 'Gina'] },
  { file: 'sample5.jpg', people: ['Dora', 'Hana', 'Edda', 'Juno', 'Kira'] },
  { file: 'sample6.jpg', people: ['Fay', 'Mona', 'Nora', 'Opal'] },
];

const probes: readonly string[] = ['sample3.jpg', 'sample4.jpg'];

/** Drawn by the project itself (`native-models/images/sample-styles`); the first is used first. */
const styles: readonly string[] = ['night', 'watercolor', 'woodcut', 'mosaic', 'ink', 'meadow'];

/** The album in the folder that it was built to. Errors: `file_not_found`. */
export const openAlbum = (folder: string): Album => ({
  enrollment: enrollment.map(({ file, people }) => ({ file: locate(folder, file), people })),
  probes: probes.map((file) => locate(folder, file)),
});

/** Files of pictures to paint in the style of. Errors: `file_not_found`. */
export const openStyles = (folder: string): readonly string[] =>
  styles.map((name) => locate(folder, path.join('styles', `${name}.webp`)));

function locate(folder: string, file: string): string {
  const found = path.join(folder, file);
  if (existsSync(found)) return found;
  throw new LikenessError(
    'file_not_found',
    `The sample picture ${found} is missing. Run "npm run build", or install Likeness again.`,
    { details: { file: found } },
  );
}
