import type { Size } from '../picture.ts';
import { RandomStream } from '../random.ts';
import type { TilePlan } from './plan.ts';

/** A rectangle of whole pixels, or of positions of an activation. */
export interface Region extends Size {
  readonly x: number;
  readonly y: number;
}

/** Both regions in pixels of the picture, the core inside the window. */
export interface Tile {
  /** What the encoder is given. */
  readonly window: Region;
  /** What this tile and no other answers for. */
  readonly core: Region;
}

/**
 * The tiles of one step, row by row. Their cores cover the picture once; the grid lies elsewhere at
 * every step, so that no place is always at a border, and where it lies follows from seed and step.
 */
export function tilesOf(plan: TilePlan, seed: number, step: number): readonly Tile[] {
  const random = new RandomStream(seed, 'tiles', step);
  const columns = cutSide(plan, 'width', random);
  const rows = cutSide(plan, 'height', random);
  return rows.flatMap((row) =>
    columns.map((column) => ({
      window: region(column.window, row.window),
      core: region(column.core, row.core),
    })),
  );
}

/**
 * The positions of an activation that belong to a tile's core, counted within the activation of its
 * window, which has the given size. Over all tiles every position of the whole picture's activation
 * comes exactly once. Empty where the core is a rest too small for a position of its own.
 */
export function coreOf(
  { picture }: TilePlan,
  { window, core }: Tile,
  activation: Size & { readonly stride: number },
): Region {
  const { stride } = activation;
  const side = (at: 'x' | 'y', length: 'width' | 'height') => {
    const first = (core[at] - window[at]) / stride;
    const isLast = core[at] + core[length] === picture[length];
    return [first, isLast ? activation[length] - first : core[length] / stride] as const;
  };
  const [x, width] = side('x', 'width');
  const [y, height] = side('y', 'height');
  return { x, y, width: Math.max(0, width), height: Math.max(0, height) };
}

interface Span {
  readonly start: number;
  readonly length: number;
}

const region = (across: Span, down: Span): Region => ({
  x: across.start,
  y: down.start,
  width: across.length,
  height: down.length,
});

function cutSide(plan: TilePlan, side: 'width' | 'height', random: RandomStream) {
  const { [side]: length } = plan.picture;
  const { [side]: core } = plan.core;
  const { [side]: window } = plan.window;
  const lastStart = length - window;
  const tiles: { readonly window: Span; readonly core: Span }[] = [];
  const offset = window === length ? 0 : shift(plan, length, core, random);
  for (let at = -offset; at < length; at += core) {
    const start = Math.max(0, at);
    const inside = Math.min(Math.max(0, start - plan.halo), lastStart);
    tiles.push({
      window: { start: inside, length: window },
      core: { start, length: Math.min(length, at + core) - start },
    });
  }
  return tiles;
}

/** How far the grid begins before the picture; it can always move by a stride. */
function shift({ stride }: TilePlan, length: number, core: number, random: RandomStream): number {
  const room = Math.ceil((length + stride) / core) * core - length;
  const places = Math.floor(Math.min(room, core - 1) / stride) + 1;
  return random.below(places) * stride;
}
