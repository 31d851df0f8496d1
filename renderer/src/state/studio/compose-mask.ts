import type { Box } from '../../../../contract/values.ts';
import type { Place } from './choices.ts';
import { keep, type KnownPicture } from './pictures.ts';

/** Pixels of the longer side of a mask; it is scaled to the painting. */
export const MASK_SIZE = 1024;
/** Of the box of a face: so that hair and chin are in. */
const WIDTH = 1.35;
const HEIGHT = 1.6;
/** From here outwards a face fades into its surroundings, as a share of the radius. */
const SOLID = 0.72;

export interface MaskWish {
  /** Of the upright photo, in pixels, as the boxes are. */
  readonly width: number;
  readonly height: number;
  readonly faces: readonly Box[];
  /** Faces that no style may touch. */
  readonly kept: readonly Box[];
  readonly place: Place;
  /** Where the style goes, if it was painted. */
  readonly mask: KnownPicture | undefined;
}

/** A gray picture that is white where a style goes. @throws CallError */
export async function composeMask(wish: MaskWish): Promise<KnownPicture> {
  const scale = Math.min(1, MASK_SIZE / Math.max(wish.width, wish.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(wish.width * scale)),
    Math.max(1, Math.round(wish.height * scale)),
  );
  const context = canvas.getContext('2d')!;
  const { width, height } = canvas;
  context.fillStyle = wish.place === 'faces' ? '#000' : '#fff';
  context.fillRect(0, 0, width, height);
  if (wish.place === 'painted' && wish.mask !== undefined)
    context.drawImage(await createImageBitmap(wish.mask.preview), 0, 0, width, height);
  if (wish.place === 'faces') for (const box of wish.faces) fillFace(context, box, scale, 255);
  const excluded = wish.place === 'surroundings' ? wish.faces : wish.kept;
  for (const box of excluded) fillFace(context, box, scale, 0);
  return await keepCanvas(canvas);
}

/** Hands a drawn mask over. @throws CallError */
export async function keepCanvas(canvas: OffscreenCanvas): Promise<KnownPicture> {
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return await keep({ bytes: new Uint8Array(await blob.arrayBuffer()), name: 'mask.png' });
}

/** An ellipse that fades at its rim, so that the style does not end at an edge. */
function fillFace(
  context: OffscreenCanvasRenderingContext2D,
  box: Box,
  scale: number,
  gray: number,
): void {
  context.save();
  context.translate((box.x + box.width / 2) * scale, (box.y + box.height * 0.45) * scale);
  context.scale((box.width * WIDTH * scale) / 2, (box.height * HEIGHT * scale) / 2);
  const fade = context.createRadialGradient(0, 0, SOLID, 0, 0, 1);
  fade.addColorStop(0, `rgb(${gray} ${gray} ${gray} / 100%)`);
  fade.addColorStop(1, `rgb(${gray} ${gray} ${gray} / 0%)`);
  context.fillStyle = fade;
  context.beginPath();
  context.arc(0, 0, 1, 0, 2 * Math.PI);
  context.fill();
  context.restore();
}
