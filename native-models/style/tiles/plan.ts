import type { Size } from '../picture.ts';
import type { ReceptiveField } from './receptive-field.ts';

/** What tiles must observe so that every tile computes what the whole picture would. */
export interface Overlap {
  /** Tiles start at multiples of this many pixels: the positions of no layer fall between two. */
  readonly stride: number;
  /** Pixels around its core that a tile needs, a multiple of the stride. */
  readonly halo: number;
}

/** How a picture is cut; see `tilesOf`. All windows have the same size. */
export interface TilePlan extends Overlap {
  readonly picture: Size;
  /** Size of a tile with its surroundings. */
  readonly window: Size;
  /** Largest size of the part that a tile answers for. */
  readonly core: Size;
}

/** The overlap that the deepest and widest of these activations need. */
export function overlapOf(fields: readonly ReceptiveField[]): Overlap {
  const stride = fields.reduce((common, field) => leastCommonMultiple(common, field.stride), 1);
  const reach = Math.max(0, ...fields.flatMap(({ before, after }) => [before, after]));
  return { stride, halo: roundUp(reach, stride) };
}

/**
 * Cuts a picture into tiles whose cores have at most `largestCore` pixels a side (at least two
 * strides are taken). A side that fits one core or window is not cut.
 */
export function planTiles(picture: Size, largestCore: number, overlap: Overlap): TilePlan {
  const across = planSide(picture.width, largestCore, overlap);
  const down = planSide(picture.height, largestCore, overlap);
  return {
    ...overlap,
    picture,
    window: { width: across.window, height: down.window },
    core: { width: across.core, height: down.core },
  };
}

/**
 * Windows are longer than asked by what the picture is beyond a multiple of the stride: then the
 * last one, too, starts at a multiple, and all can be of one size.
 */
function planSide(length: number, largestCore: number, { stride, halo }: Overlap) {
  if (largestCore >= length) return { window: length, core: length };
  const largest = Math.max(2 * stride, roundDown(largestCore, stride));
  // Room for the grid to move without more tiles.
  const room = Math.max(stride, Math.min(halo, roundDown(largest / 2, stride)));
  const count = Math.ceil((length + room) / largest);
  const core = roundUp((length + room) / count, stride);
  const window = core + 2 * halo + (length % stride);
  return window >= length ? { window: length, core: length } : { window, core };
}

const roundUp = (value: number, unit: number) => Math.ceil(value / unit) * unit;
const roundDown = (value: number, unit: number) => Math.floor(value / unit) * unit;

function leastCommonMultiple(a: number, b: number): number {
  const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y));
  return (a / divisor(a, b)) * b;
}
