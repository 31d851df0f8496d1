import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { contents, pictureNamed, styles, vgg19Folder } from '../data/paintings.ts';
import { layOut, paintingsFolder, paintOne, type Painted } from '../measure/painted.ts';
import { startStudio } from '../measure/product.ts';
import type { Answer, Options } from './question.ts';

/** Pixels of a picture's longer side on the sheet. */
const CELL = 360;

/**
 * Paints three photos in the style of three paintings with the defaults of the product, and lays
 * them out beside what they were made from: `reports/paintings/contact-sheet.png`. Paintings that
 * are there from a run that was cut off, with the same wishes, are not made again.
 */
export async function paintContactSheet(options: Options): Promise<Answer> {
  const { size = 512, steps, encoder = vgg19Folder() === null ? 'filter-bank' : 'vgg19' } = options;
  await using studio = await startStudio(vgg19Folder());
  const paintings: Painted[] = [];
  for (const content of contents)
    for (const style of styles) {
      const wishes = { size, encoder, ...(steps !== undefined && { steps }) };
      paintings.push(await paintOne(studio, { content, style }, wishes));
      process.stderr.write(`${line(paintings.at(-1)!)}\n`);
    }
  const sheet = path.join(paintingsFolder, `contact-sheet-${encoder}.png`);
  await layOut(sheet, rowsOf(paintings), CELL);
  const figures = { sheet, size, encoder, paintings: paintings.map(withFall) };
  await writeFile(sheet.replace(/png$/u, 'json'), JSON.stringify(figures, null, 2));
  return { figures, lines: [...paintings.map(line), `Contact sheet: ${sheet}`] };
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
const rowsOf = (paintings: readonly Painted[]): readonly (readonly (string | null)[])[] => [
  [null, ...styles.map(pictureNamed)],
  ...contents.map((content) => [
    pictureNamed(content),
    ...styles.map(
      (style) => paintings.find((p) => p.content === content && p.style === style)!.file,
    ),
  ]),
];
