import type { Box } from '../../../../contract/values.ts';
import { alsoNear, toneOf, type Tone } from '../../state/verdict.ts';
import type { Identified, IdentifiedFace } from '../../state/photos.svelte.ts';

/** A face of a photo, as the list and the photo show it. */
export interface ShownFace {
  /** Its place in the result; it stays through another look at the same photo. */
  readonly index: number;
  readonly face: IdentifiedFace;
  readonly box: Box;
  /** Whose it is; undefined of an unknown face. */
  readonly person: { readonly id: number; readonly name: string } | undefined;
  /** How sure that is, 0…1; undefined where somebody has just said so. */
  readonly probability: number | undefined;
  readonly tone: Tone;
  /** Names of those who are near enough as well. */
  readonly alsoNear: readonly string[];
}

/** The faces of a result; what somebody has said of them counts at once. */
export function facesOf(
  { faces, threshold }: Identified,
  given: ReadonlyMap<number, { readonly id: number; readonly name: string }>,
): readonly ShownFace[] {
  return faces.map((face, index) => {
    const { box, decision, matches } = face;
    const said = given.get(index);
    if (said !== undefined)
      return { index, face, box, person: said, probability: undefined, tone: 'sure', alsoNear: [] };
    const best = decision === 'identified' ? matches[0] : undefined;
    return {
      index,
      face,
      box,
      person: best && { id: best.personId, name: best.name },
      probability: best?.probability,
      tone: toneOf(decision, best),
      alsoNear: best === undefined ? [] : alsoNear(matches, threshold),
    };
  });
}

/** Known people by name, then the others, the largest first. */
export function arranged(
  faces: readonly ShownFace[],
  language: string,
): { readonly known: readonly ShownFace[]; readonly unknown: readonly ShownFace[] } {
  const area = ({ box }: ShownFace) => box.width * box.height;
  return {
    known: faces
      .filter(({ person }) => person !== undefined)
      .sort((a, b) => a.person!.name.localeCompare(b.person!.name, language) || a.index - b.index),
    unknown: faces
      .filter(({ person }) => person === undefined)
      .sort((a, b) => area(b) - area(a) || a.index - b.index),
  };
}

/** The choice with one more, or without one that was in it. */
export function toggled(chosen: ReadonlySet<number>, index: number): ReadonlySet<number> {
  const now = new Set(chosen);
  if (!now.delete(index)) now.add(index);
  return now;
}

/** More unknown faces than these are folded together beside known ones. */
const UNFOLDED = 8;

/** Whether the unknown faces are shown before anybody asks for them. */
export const unfolded = (known: number, unknown: number): boolean =>
  known === 0 || unknown <= UNFOLDED;

/** A row of the list. */
export type Row =
  | { readonly kind: 'known'; readonly face: ShownFace }
  /** Above the unknown faces: how many there are, and what can be done with all of them. */
  | { readonly kind: 'unknown'; readonly count: number }
  | { readonly kind: 'faces'; readonly faces: readonly ShownFace[] }
  /** Below the row of the face that is selected. */
  | { readonly kind: 'details'; readonly face: ShownFace };

export function rowsOf(
  { known, unknown }: ReturnType<typeof arranged>,
  { open, selected, columns }: { open: boolean; selected: number | undefined; columns: number },
): readonly Row[] {
  const rows: Row[] = [];
  const add = (row: Row, faces: readonly ShownFace[]) => {
    rows.push(row);
    const chosen = faces.find(({ index }) => index === selected);
    if (chosen !== undefined) rows.push({ kind: 'details', face: chosen });
  };
  for (const face of known) add({ kind: 'known', face }, [face]);
  if (unknown.length > 0) rows.push({ kind: 'unknown', count: unknown.length });
  for (let at = 0; open && at < unknown.length; at += columns) {
    const faces = unknown.slice(at, at + columns);
    add({ kind: 'faces', faces }, faces);
  }
  return rows;
}

/** Stays with a row while others come and go around it. */
export function keyOf(row: Row): string {
  switch (row.kind) {
    case 'known':
      return `known ${row.face.index}`;
    case 'unknown':
      return 'unknown';
    case 'faces':
      return `faces ${row.faces[0]!.index}`;
    case 'details':
      return `details ${row.face.index}`;
  }
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The nearest face in a direction, as the arrow keys go over the photo. */
export function neighborOf(
  faces: readonly ShownFace[],
  from: ShownFace,
  direction: Direction,
): ShownFace | undefined {
  const horizontal = direction === 'left' || direction === 'right';
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  const [x, y] = middleOf(from.box);
  const costOf = ({ box }: ShownFace): number => {
    const [otherX, otherY] = middleOf(box);
    const along = sign * (horizontal ? otherX - x : otherY - y);
    const aside = Math.abs(horizontal ? otherY - y : otherX - x);
    // What lies more to the side than ahead is left to the other arrows.
    return along <= 0 || aside > along ? Infinity : along + 2 * aside;
  };
  let best: ShownFace | undefined;
  let least = Infinity;
  for (const face of faces) {
    const cost = costOf(face);
    if (cost >= least) continue;
    best = face;
    least = cost;
  }
  return best;
}

const middleOf = ({ x, y, width, height }: Box): [number, number] => [
  x + width / 2,
  y + height / 2,
];

/** Less probable people are not offered: “Yes, this is …” beside “< 1 %” helps nobody. */
const LEAST_PROBABLE = 0.01;

/** People whose faces are nearest to any of these, the most probable first. */
export function nearestTo(
  faces: readonly ShownFace[],
  most: number,
): readonly { readonly id: number; readonly name: string; readonly probability: number }[] {
  const best = new Map<number, { id: number; name: string; probability: number }>();
  for (const { face } of faces)
    for (const { personId: id, name, probability } of face.matches)
      if (probability > (best.get(id)?.probability ?? -1)) best.set(id, { id, name, probability });
  return [...best.values()]
    .sort((a, b) => b.probability - a.probability)
    .filter(({ probability }) => probability >= LEAST_PROBABLE)
    .slice(0, most);
}

/** One picture with all faces of a photo side by side, so that a list of hundreds costs one image. */
export interface FaceSheet {
  readonly url: string;
  readonly columns: number;
  readonly rows: number;
}

/** Pixels of the side of a face on the sheet. */
const CELL = 128;
/** Faces that are drawn before the page may do something else. */
const AT_ONCE = 24;

/**
 * Cuts the faces out of a photo. The caller revokes the URL.
 *
 * @param width of the photo in the pixels that the boxes count in
 */
export async function cutFaces(
  picture: Blob,
  width: number,
  boxes: readonly Box[],
): Promise<FaceSheet> {
  const bitmap = await createImageBitmap(picture);
  const scale = bitmap.width / width;
  const columns = Math.max(1, Math.ceil(Math.sqrt(boxes.length)));
  const rows = Math.max(1, Math.ceil(boxes.length / columns));
  const canvas = new OffscreenCanvas(columns * CELL, rows * CELL);
  const context = canvas.getContext('2d')!;
  for (const [index, box] of boxes.entries()) {
    const side = Math.max(box.width, box.height) * 1.35;
    const [x, y] = middleOf(box);
    context.drawImage(
      bitmap,
      (x - side / 2) * scale,
      (y - side / 2) * scale,
      side * scale,
      side * scale,
      (index % columns) * CELL,
      Math.floor(index / columns) * CELL,
      CELL,
      CELL,
    );
    if (index % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setTimeout(resolve));
  }
  bitmap.close();
  const sheet = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  return { url: URL.createObjectURL(sheet), columns, rows };
}
