import path from 'node:path';
import { html } from '../report/html.ts';
import { page } from '../report/page.ts';
import { photoFigure } from '../report/photo-figure.ts';
import { writeReport } from '../report/write.ts';
import type { FaceMark } from './mark.ts';
import { overlaySvg } from './overlay.ts';
import { dataUri, shownPhoto } from './photo.ts';
import { loadSharp } from './sharp.ts';

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
