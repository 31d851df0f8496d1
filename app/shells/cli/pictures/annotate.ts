import path from 'node:path';
import { html, page, type Html } from '../report/page.ts';
import type { FaceMark } from './mark.ts';
import { photoFigure } from '../report/photo-figure.ts';
import { writeReport } from '../report/write.ts';
import { dataUri, shownPhoto, loadSharp } from './photo.ts';

const FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif";
const colors = {
  sure: '#4fd1a5',
  probable: '#cfe06a',
  barely: '#ffc36b',
  unknown: '#f4f4f5',
} as const;

/** Boxes and names as an SVG of the picture's size, to be laid over it. */
function overlaySvg(width: number, height: number, marks: readonly FaceMark[]): string {
  // One thousandth of the picture, so that marks look alike in small and large ones.
  const unit = Math.max(width, height) / 1000;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    ${marks.map((mark) => markSvg(mark, unit))}
  </svg>`.markup;
}

function markSvg({ box, label, tone }: FaceMark, unit: number): Html {
  const stroke = Math.max(1.5, 2.2 * unit);
  const size = Math.max(11, 17 * unit);
  const baseline = box.y + box.height + stroke + size * 1.25;
  const common = html`x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}"
  rx="${6 * unit}" fill="none"`;
  return html` <rect ${common} stroke="#000" stroke-opacity="0.45" stroke-width="${stroke * 2}" />
    <rect ${common} stroke="${colors[tone]}" stroke-width="${stroke}" />
    <text
      x="${box.x + box.width / 2}"
      y="${baseline}"
      text-anchor="middle"
      font-family="${FONT}"
      font-size="${size}"
      font-weight="600"
      fill="${colors[tone]}"
      stroke="#000"
      stroke-opacity="0.65"
      stroke-width="${size / 5}"
      stroke-linejoin="round"
      paint-order="stroke"
      >${label}</text
    >`;
}

const PAGE_SIDE = 2000;

/** Writes the photo with its faces marked; the name of the new file decides how. */
export async function writeAnnotated(
  photo: string,
  marks: readonly FaceMark[],
  file: string,
): Promise<void> {
  const content =
    path.extname(file).toLowerCase() === '.html'
      ? await annotatedPage(photo, marks)
      : await annotatedPicture(photo, marks, path.extname(file).slice(1).toLowerCase());
  await writeReport(file, content);
}

async function annotatedPage(photo: string, marks: readonly FaceMark[]): Promise<string> {
  const shown = await shownPhoto(photo, PAGE_SIDE);
  const name = path.basename(photo);
  const figure = photoFigure({ ...shown, src: dataUri(shown.jpeg), alt: name, marks });
  return page({ title: name, body: html`<main class="wide">${figure}</main>` });
}

async function annotatedPicture(
  photo: string,
  marks: readonly FaceMark[],
  extension: string,
): Promise<Buffer> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(photo).autoOrient().toBuffer({ resolveWithObject: true });
  const overlay = Buffer.from(overlaySvg(info.width, info.height, marks));
  const marked = sharp(data).composite([{ input: overlay }]);
  return extension === 'png'
    ? marked.png().toBuffer()
    : marked.flatten({ background: '#fff' }).jpeg({ quality: 92 }).toBuffer();
}
