import type { Box } from '../../../../contract/values.ts';

/** Corners around a face. */
export function drawFace(context: CanvasRenderingContext2D, box: Box, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = Math.max(2, Math.min(3, box.width / 30));
  context.lineCap = 'round';
  context.shadowColor = 'rgb(0 0 0 / 55%)';
  context.shadowBlur = 6;
  corners(context, box);
  context.shadowBlur = 0;
}

function corners(context: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
  const long = Math.min(width, height) * 0.22;
  const round = long * 0.6;
  const [right, bottom] = [x + width, y + height];
  context.beginPath();
  context.moveTo(x, y + long);
  context.arcTo(x, y, x + long, y, round);
  context.lineTo(x + long, y);
  context.moveTo(right - long, y);
  context.arcTo(right, y, right, y + long, round);
  context.lineTo(right, y + long);
  context.moveTo(right, bottom - long);
  context.arcTo(right, bottom, right - long, bottom, round);
  context.lineTo(right - long, bottom);
  context.moveTo(x + long, bottom);
  context.arcTo(x, bottom, x, bottom - long, round);
  context.lineTo(x, bottom - long);
  context.stroke();
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A label and the face that it names, in pixels of the picture. */
export interface Label extends Size {
  readonly face: Box;
}

/** Between a label and its face, and between a label and the border. */
const GAP = 8;
const EDGE = 4;

/**
 * Where labels go: below their faces, else above, else over their lower part; whole within the picture,
 * and not over each other as long as there is room. The order of the labels stays.
 *
 * @param labels no wider than the picture
 */
export function layOut(labels: readonly Label[], picture: Size): readonly Box[] {
  const placed = new Map<Label, Box>();
  // The lowest first: who is above another has room above.
  const order = [...labels].sort((a, b) => bottomOf(b.face) - bottomOf(a.face));
  for (const label of order) placed.set(label, place(label, picture, [...placed.values()]));
  return labels.map((label) => placed.get(label)!);
}

function place({ face, width, height }: Label, picture: Size, taken: readonly Box[]): Box {
  const x = clamp(face.x + face.width / 2 - width / 2, EDGE, picture.width - width - EDGE);
  const lowest = picture.height - height - EDGE;
  const below = bottomOf(face) + GAP;
  const preferred = [below, face.y - GAP - height, bottomOf(face) - GAP - height, face.y + GAP];
  const free = (y: number) => !taken.some((other) => overlap({ x, y, width, height }, other));
  const inside = preferred.filter((y) => y >= EDGE && y <= lowest);
  const around = taken.flatMap((other) => [bottomOf(other) + EDGE, other.y - height - EDGE]);
  const spare = around
    .filter((y) => y >= EDGE && y <= lowest)
    .sort((a, b) => Math.abs(a - below) - Math.abs(b - below));
  const y = [...inside, clamp(below, EDGE, lowest), ...spare].find(free);
  return { x, y: y ?? clamp(below, EDGE, lowest), width, height };
}

const bottomOf = ({ y, height }: Box): number => y + height;

const clamp = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(value, most));

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < bottomOf(b) && b.y < bottomOf(a);
