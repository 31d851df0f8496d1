import type { Box } from '../../../../app/contract/values.ts';
import { api } from '../../api.ts';
import { keep, type KnownPicture } from './pictures.ts';

/** Pixels of the longer side of a mask; it is scaled to the painting. */
const MASK_SIZE = 1024;
/** Of the box of a face: so that hair and chin are in. */
const WIDTH = 1.35;
const HEIGHT = 1.6;
/** From here outwards the protection fades, as a share of the radius. */
const SOLID = 0.72;

/** Boxes in pixels of the upright picture. @throws CallError */
export async function facesOf(path: string) {
  return await api.call('faces.detect', { image: { path } });
}

export interface FaceMaskWish {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  /** Where the style goes anyway; everywhere if absent. */
  readonly mask: KnownPicture | undefined;
}

/**
 * A mask that lets a style go where `mask` does, but not over faces.
 *
 * @throws CallError
 */
export async function maskWithoutFaces(wish: FaceMaskWish): Promise<KnownPicture> {
  const scale = Math.min(1, MASK_SIZE / Math.max(wish.width, wish.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(wish.width * scale)),
    Math.max(1, Math.round(wish.height * scale)),
  );
  const context = canvas.getContext('2d')!;
  await drawGround(context, wish.mask);
  for (const box of wish.boxes) coverFace(context, box, scale);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return await keep({ bytes: new Uint8Array(await blob.arrayBuffer()), name: 'faces-mask.png' });
}

async function drawGround(
  context: OffscreenCanvasRenderingContext2D,
  mask: KnownPicture | undefined,
): Promise<void> {
  const { width, height } = context.canvas;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  if (mask !== undefined)
    context.drawImage(await createImageBitmap(mask.preview), 0, 0, width, height);
}

/** An ellipse that fades at its rim, so that the style does not end at an edge. */
function coverFace(context: OffscreenCanvasRenderingContext2D, box: Box, scale: number): void {
  context.save();
  context.translate((box.x + box.width / 2) * scale, (box.y + box.height * 0.45) * scale);
  context.scale((box.width * WIDTH * scale) / 2, (box.height * HEIGHT * scale) / 2);
  const fade = context.createRadialGradient(0, 0, SOLID, 0, 0, 1);
  fade.addColorStop(0, 'rgb(0 0 0 / 100%)');
  fade.addColorStop(1, 'rgb(0 0 0 / 0%)');
  context.fillStyle = fade;
  context.beginPath();
  context.arc(0, 0, 1, 0, 2 * Math.PI);
  context.fill();
  context.restore();
}
