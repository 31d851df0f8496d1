import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import sharp from 'sharp';
import { PaintingSettings } from '../../app/contract/painting.ts';
import type { ModelHost } from '../../app/model-host/types.ts';
import { contents, pictureNamed, styles, vgg19Folder } from '../data/paintings.ts';
import { repository, startStudio } from '../measure/product.ts';
import type { Answer, Options } from './question.ts';

const FOLDER = path.join(repository, 'reports', 'paintings');
/** Pixels of a picture's longer side on the sheet. */
const CELL = 360;
const GAP = 8;

interface Painted {
  readonly content: string;
  readonly style: string;
  readonly file: string;
  /** Style loss before the first step and after the last. */
  readonly first: number;
  readonly last: number;
  readonly seconds: number;
}

/**
 * Paints three photos in the style of three paintings with the defaults of the product, and lays
 * them out beside what they were made from: `reports/paintings/contact-sheet.png`. Paintings that
 * are there from a run that was cut off, with the same wishes, are not made again.
 */
export async function paintContactSheet(options: Options): Promise<Answer> {
  const { size = 512, steps, encoder = vgg19Folder() === null ? 'filter-bank' : 'vgg19' } = options;
  await mkdir(FOLDER, { recursive: true });
  await using studio = await startStudio(vgg19Folder());
  const paintings: Painted[] = [];
  for (const content of contents)
    for (const style of styles) {
      const wishes = { size, encoder, ...(steps !== undefined && { steps }) };
      paintings.push(await paintOne(studio.host, studio.dataDir, { content, style }, wishes));
      process.stderr.write(`${line(paintings.at(-1)!)}\n`);
    }
  const sheet = path.join(FOLDER, `contact-sheet-${encoder}.png`);
  await layOut(sheet, paintings);
  const figures = { sheet, size, encoder, paintings: paintings.map(withFall) };
  await writeFile(sheet.replace(/png$/u, 'json'), JSON.stringify(figures, null, 2));
  return { figures, lines: [...paintings.map(line), `Contact sheet: ${sheet}`] };
}

/** Written beside a painting once it is whole. */
interface Made {
  readonly wishes: object;
  readonly painted: Painted;
}

interface Pair {
  readonly content: string;
  readonly style: string;
}

async function paintOne(
  host: ModelHost,
  folder: string,
  { content, style }: Pair,
  wishes: object,
): Promise<Painted> {
  const settings = PaintingSettings.parse({
    ...{ content: pictureNamed(content), styles: [{ path: pictureNamed(style) }], ...wishes },
  });
  const file = path.join(FOLDER, `${content}-${style}-${settings.encoder!}.png`);
  const record = file.replace(/png$/u, 'json');
  const made = (await readFile(record, 'utf8').then(JSON.parse, () => null)) as Made | null;
  if (made !== null && isDeepStrictEqual(made.wishes, wishes)) return made.painted;
  const checkpoint = path.join(folder, `${content}-${style}.checkpoint`);
  const seen: number[] = [];
  const result = await host.request(
    'paint',
    {
      job: 1,
      settings,
      output: file,
      checkpoint,
      previews: false,
    },
    {
      timeoutMs: Infinity,
      onProgress: ({ painting }) => {
        if (painting !== undefined) seen.push(painting.losses.style);
      },
    },
  );
  const last = result.losses.style;
  const seconds = result.elapsedMs / 1000;
  const painted: Painted = { content, style, file, first: seen[0] ?? last, last, seconds };
  await writeFile(record, JSON.stringify({ wishes, painted } satisfies Made));
  return painted;
}

const fallOf = ({ first, last }: Painted): number => 1 - last / first;
const withFall = (painted: Painted) => ({ ...painted, fall: fallOf(painted) });

function line(painted: Painted): string {
  const { content, style, first, last, seconds } = painted;
  const fall = (100 * fallOf(painted)).toFixed(2);
  return (
    `${content} in the style of ${style}: style loss ${first.toFixed(4)} to ${last.toFixed(5)}, ` +
    `fallen by ${fall} %, in ${seconds.toFixed(0)} s`
  );
}

/** Styles across the top, contents down the side, paintings where they meet. */
async function layOut(sheet: string, paintings: readonly Painted[]): Promise<void> {
  const rows = [
    [null, ...styles.map(pictureNamed)],
    ...contents.map((content) => [
      pictureNamed(content),
      ...styles.map(
        (style) => paintings.find((p) => p.content === content && p.style === style)!.file,
      ),
    ]),
  ];
  const cells = rows.flatMap((row, y) => row.map((file, x) => ({ file, x, y })));
  const placed = await Promise.all(
    cells.map(async ({ file, x, y }) => {
      if (file === null) return [];
      const box = { width: CELL, height: CELL, fit: 'contain', background: 'white' } as const;
      const input = await sharp(file).resize(box).png().toBuffer();
      return [{ input, left: GAP + x * (CELL + GAP), top: GAP + y * (CELL + GAP) }];
    }),
  );
  const side = (count: number) => GAP + count * (CELL + GAP);
  const [width, height] = [side(styles.length + 1), side(contents.length + 1)];
  await sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite(placed.flat())
    .toFile(sheet);
}
