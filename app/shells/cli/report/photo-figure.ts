import type { FaceMark } from '../pictures/mark.ts';
import { html, type Html } from './page.ts';

interface PhotoFigure {
  /** Anything an `<img>` takes; pages that stand alone pass a data URI. */
  readonly src: string;
  readonly alt: string;
  /** Of the upright original, in pixels: what the boxes refer to. */
  readonly width: number;
  readonly height: number;
  readonly marks: readonly FaceMark[];
}

/** A photo with its faces framed and named; the frames grow and shrink with it. */
export function photoFigure({ src, alt, width, height, marks }: PhotoFigure): Html {
  return html`<figure class="photo" style="aspect-ratio:${width}/${height}">
    <img src="${src}" alt="${alt}" width="${width}" height="${height}" />
    ${marks.map((mark) => frame(mark, width, height))}
  </figure>`;
}

function frame({ box, label, tone }: FaceMark, width: number, height: number): Html {
  const share = (pixels: number, whole: number) => `${((pixels / whole) * 100).toFixed(3)}%`;
  const place = [
    `left:${share(box.x, width)}`,
    `top:${share(box.y, height)}`,
    `width:${share(box.width, width)}`,
    `height:${share(box.height, height)}`,
  ].join(';');
  return html`<div class="face ${tone}" style="${place}"><span>${label}</span></div>`;
}
