import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import {
  adaAgain,
  cutPortrait,
  samplePhoto,
  sitters,
  type Sitter,
} from '../../app/services/testing/sample-portraits.ts';

export const [ada, bea, cleo, dora, edda, fay] = sitters as readonly [
  Sitter,
  Sitter,
  Sitter,
  Sitter,
  Sitter,
  Sitter,
];

/** Ada, Bea and Cleo together, and two who are nobody. */
export const groupPhoto = samplePhoto(1);

/** Ada, somebody who is like none of the sitters, and somebody a little like Ada. */
export const groupPhotoWithDoubt = samplePhoto(3);

/** A portrait as a file; another variation is another file of the same face. */
export async function portrait(folder: string, sitter: Sitter, variation = 0): Promise<string> {
  const file = path.join(folder, `${sitter.name.toLowerCase()}-${variation}.jpg`);
  await cutPortrait(sitter, file, variation);
  return file;
}

/** Ada on another day. */
export async function otherPortraitOfAda(folder: string): Promise<string> {
  const file = path.join(folder, 'ada-again.jpg');
  await cutPortrait({ name: 'Ada', ...adaAgain }, file);
  return file;
}

/** How many photos there are of whom, by name. */
export type Album = Readonly<Record<string, number>>;

/** A folder `root/person/photo.jpg` as an import takes it. */
export async function album(root: string, people: Album): Promise<string> {
  for (const sitter of sitters)
    for (let n = 0; n < (people[sitter.name] ?? 0); n++)
      await portrait(path.join(root, sitter.name), sitter, n);
  return root;
}

/** Two files that cannot be enrolled: one shows nobody, one is no picture. */
export async function addRefusals(root: string): Promise<void> {
  const folder = path.join(root, 'Nobody');
  mkdirSync(folder, { recursive: true });
  const wall = { create: { width: 320, height: 240, channels: 3, background: '#8a8f94' } } as const;
  await sharp(wall).jpeg().toFile(path.join(folder, 'wall.jpg'));
  writeFileSync(path.join(folder, 'notes.jpg'), 'This is not a picture.');
}

/** A small photo to paint, and a pattern to paint it with. */
export async function paintingPictures(
  folder: string,
): Promise<{ readonly content: string; readonly style: string }> {
  mkdirSync(folder, { recursive: true });
  const content = path.join(folder, 'content.jpg');
  copyFileSync(await portrait(folder, ada), content);
  const style = path.join(folder, 'style.png');
  const stripes = Array.from(
    { length: 12 },
    (_, i) =>
      `<path d="M0 ${i * 12} Q 48 ${i * 12 + (i % 2 === 0 ? 26 : -14)} 128 ${i * 12}" stroke="hsl(${i * 31} 70% 50%)" stroke-width="9" fill="none"/>`,
  );
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"><rect width="128" height="128" fill="#1d2b53"/>${stripes.join('')}</svg>`;
  await sharp(Buffer.from(picture)).png().toFile(style);
  return { content, style };
}

/** Many people on one photo; `known` of them are Ada and Bea, the others are nobody of these. */
export async function crowd(
  folder: string,
  { known, unknown }: { readonly known: number; readonly unknown: number },
): Promise<string> {
  const CELL = 150;
  mkdirSync(folder, { recursive: true });
  const count = known + unknown;
  const columns = Math.ceil(Math.sqrt(count * 1.4));
  const strangers = [cleo, dora, edda, fay];
  // Known faces are spread over the photo, the last of them near its end.
  const every = Math.floor(count / Math.max(1, known));
  // Cells that show the same variation wait for one file: none reads it half written.
  const files = new Map<string, Promise<string>>();
  const portraitOf = (sitter: Sitter, variation: number): Promise<string> => {
    const key = `${sitter.name} ${variation}`;
    const file = files.get(key) ?? portrait(folder, sitter, variation);
    files.set(key, file);
    return file;
  };
  const cells = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const isKnown = known > 0 && n % every === every - 1 && n < known * every;
      const sitter = isKnown ? [ada, bea][n % 2]! : strangers[n % strangers.length]!;
      const face = sharp(await portraitOf(sitter, n % 20)).resize(CELL, CELL, {
        fit: 'cover',
      });
      return {
        input: await (n % 3 === 0 ? face.flop() : face).toBuffer(),
        left: (n % columns) * CELL,
        top: Math.floor(n / columns) * CELL,
      };
    }),
  );
  const file = path.join(folder, `crowd-${known}-${unknown}.jpg`);
  const rows = Math.ceil(count / columns);
  await sharp({
    create: { width: columns * CELL, height: rows * CELL, channels: 3, background: '#8a8f94' },
  })
    .composite(cells)
    .jpeg({ quality: 92 })
    .toFile(file);
  return file;
}
