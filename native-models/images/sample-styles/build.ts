// Draws the styles that ship with Likeness: `node native-models/images/sample-styles/build.ts`.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { drawings } from './drawings.ts';

/** Pixels of a side: strokes are still fine enough for a painting of 1,024 pixels. */
const SIDE = 768;

const folder = path.resolve(import.meta.dirname, '../../../dist/samples/styles');
await mkdir(folder, { recursive: true });
for (const [name, draw] of Object.entries(drawings)) {
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  await sharp(draw(SIDE).bytes(), { raw })
    .webp({ quality: 90, effort: 5 })
    .toFile(path.join(folder, `${name}.webp`));
}
