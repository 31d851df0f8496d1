import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import sharp from 'sharp';
import { PaintingSettings } from '../../contract/paintings.ts';
import { pictureNamed } from '../data/paintings.ts';
import { repository, type Started } from './product.ts';

export const paintingsFolder = path.join(repository, 'reports', 'paintings');

export interface Pair {
  readonly content: string;
  readonly style: string;
}

export interface Wishes {
  readonly size: number;
  readonly encoder: string;
  readonly steps?: number;
}

export interface Painted extends Pair {
  readonly file: string;
  /** Style loss before the first step and after the last. */
  readonly first: number;
  readonly last: number;
  readonly seconds: number;
}

/** Written beside a painting once it is whole. */
interface Made {
  readonly wishes: object;
  readonly painted: Painted;
}

/**
 * Paints as the product does, into `reports/paintings`; not again where it is there from before.
 *
 * @param sha256 of the model, so that a painting of another one is not taken for its own.
 */
export async function paintOne(
  { host, dataDir }: Started,
  { content, style }: Pair,
  asked: Wishes,
  sha256?: string,
): Promise<Painted> {
  const wishes = { ...asked, ...(sha256 !== undefined && { sha256 }) };
  await mkdir(paintingsFolder, { recursive: true });
  const settings = PaintingSettings.parse({
    content: pictureNamed(content),
    styles: [{ path: pictureNamed(style) }],
    ...asked,
  });
  const name = `${content}-${style}-${wishes.encoder}`;
  const file = path.join(paintingsFolder, `${name}.png`);
  const record = file.replace(/png$/u, 'json');
  const made = (await readFile(record, 'utf8').then(JSON.parse, () => null)) as Made | null;
  if (made !== null && isDeepStrictEqual(made.wishes, wishes)) return made.painted;
  const seen: number[] = [];
  const checkpoint = path.join(dataDir, `${name}.checkpoint`);
  const order = { job: 1, settings, output: file, checkpoint, previews: false };
  const { losses, elapsedMs } = await host.request('paint', order, {
    timeoutMs: Infinity,
    onProgress: ({ painting }) => {
      if (painting !== undefined) seen.push(painting.losses.style);
    },
  });
  const first = seen[0] ?? losses.style;
  const painted = { content, style, file, first, last: losses.style, seconds: elapsedMs / 1000 };
  await writeFile(record, JSON.stringify({ wishes, painted } satisfies Made));
  return painted;
}

const GAP = 8;

/** Lays pictures out in rows, white where there is none. @param cell pixels of a square */
export async function layOut(
  sheet: string,
  rows: readonly (readonly (string | null)[])[],
  cell: number,
): Promise<void> {
  const cells = rows.flatMap((row, y) => row.map((file, x) => ({ file, x, y })));
  const placed = await Promise.all(
    cells.map(async ({ file, x, y }) => {
      if (file === null) return [];
      const box = { width: cell, height: cell, fit: 'contain', background: 'white' } as const;
      const input = await sharp(file).resize(box).png().toBuffer();
      return [{ input, left: GAP + x * (cell + GAP), top: GAP + y * (cell + GAP) }];
    }),
  );
  const side = (count: number) => GAP + count * (cell + GAP);
  const [width, height] = [side(Math.max(...rows.map((row) => row.length))), side(rows.length)];
  await sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite(placed.flat())
    .toFile(sheet);
}
