import type { StyleEncoder } from '../encoder.ts';
import { areaOf, type Picture, type Size } from '../picture.ts';
import type { Recipe } from '../painter.ts';
import {
  overlapOf,
  planTiles,
  receptiveFields,
  coreOf,
  readRegion,
  type TilePlan,
  type Region,
  type Tile,
} from '../tiles.ts';
import { frameOf, innerRegion, layerNamed, positionsOf, type Frame, type Layer } from './scene.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';

/**
 * How a picture is cut, so that every layer that the recipe looks at comes out as for the whole.
 *
 * @throws LikenessError model_incompatible where a picture must be cut and the encoder cannot be
 */
export function tilingOf(
  encoder: StyleEncoder,
  recipe: Recipe,
  picture: Size,
  largestCore: number,
): TilePlan {
  if (largestCore >= Math.max(picture.width, picture.height))
    return planTiles(picture, largestCore, { stride: 1, halo: 0 });
  const fields = receptiveFields(encoder.graph);
  const layers = layersOf(recipe).map((layer) => fields.get(layer)!);
  return planTiles(picture, largestCore, overlapOf(layers));
}

const layersOf = ({ contentLayer, styleLayers }: Recipe): readonly string[] => [
  contentLayer,
  ...styleLayers.map(({ layer }) => layer),
];

/** The frame that a picture needs for the layers of a recipe. */
export const frameFor = (encoder: StyleEncoder, recipe: Recipe, picture: Size): Frame =>
  frameOf(
    picture,
    layersOf(recipe).map((layer) => layerNamed(encoder, layer)),
  );

export const isWhole = ({ picture, window }: TilePlan): boolean =>
  window.width === picture.width && window.height === picture.height;

/** The window of a tile as float32[1, 3, height, width]. */
export function windowTensor(picture: Picture, { window }: Tile): TensorOf<'float32'> {
  const data = new Float32Array(3 * areaOf(window));
  readRegion(picture, window, data);
  return float32([1, 3, window.height, window.width], data);
}

/** The positions of a layer that a tile answers for. */
export interface Share {
  /** Of the layer's activation over the window. */
  readonly grid: Size;
  /** Within it, what belongs to the core and to the picture inside the frame. */
  readonly core: Region;
  /** Where the core begins in the layer's activation of the bare picture. */
  readonly origin: { readonly x: number; readonly y: number };
}

export function shareOf(frame: Frame, plan: TilePlan, tile: Tile, layer: Layer): Share {
  const grid = positionsOf(tile.window, layer);
  const core = coreOf(plan, tile, { ...grid, stride: layer.stride });
  const inner = innerRegion(frame, layer);
  // Where the window begins, counted from the first position of the bare picture.
  const x = tile.window.x / layer.stride - inner.x;
  const y = tile.window.y / layer.stride - inner.y;
  const [left, top] = [Math.max(core.x, -x), Math.max(core.y, -y)];
  const right = Math.min(core.x + core.width, inner.width - x);
  const bottom = Math.min(core.y + core.height, inner.height - y);
  const size = { width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
  return { grid, core: { x: left, y: top, ...size }, origin: { x: x + left, y: y + top } };
}

/**
 * What each position of a window counts, [H · W]: zero outside the core; inside, its weight in the
 * layer of the bare picture, or the constant.
 */
export function coreWeights(
  { grid, core, origin }: Share,
  weights: { readonly values: Float32Array; readonly width: number } | number,
): Float32Array {
  const result = new Float32Array(areaOf(grid));
  for (let row = 0; row < core.height; row++) {
    const to = (core.y + row) * grid.width + core.x;
    if (typeof weights === 'number') {
      result.fill(weights, to, to + core.width);
      continue;
    }
    const from = (origin.y + row) * weights.width + origin.x;
    result.set(weights.values.subarray(from, from + core.width), to);
  }
  return result;
}
