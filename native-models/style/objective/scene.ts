import type { PaintingSettings } from '../../../contract/painting.ts';
import type { StyleEncoder } from '../encoder.ts';
import { layerWeights, type Mask } from '../masks/mask.ts';
import type { Picture, Size } from '../picture.ts';
import { resample } from '../pyramid/resample.ts';
import { fit } from '../pyramid/sizes.ts';
import type { Recipe } from '../recipe.ts';
import type { StyleGroup } from './groups.ts';
import { layerNamed, positionsOf } from './layers.ts';

/** All that a painting aims at, at its full size. */
export interface Scene {
  readonly encoder: StyleEncoder;
  readonly recipe: Recipe;
  readonly content: Picture;
  readonly groups: readonly StyleGroup[];
  /** Size of the style pictures relative to the painting. */
  readonly styleScale: number;
  readonly loss: PaintingSettings['loss'];
  readonly seed: number;
  /** Pixels of a side of a tile's core, at most; what is no larger is painted in one piece. */
  readonly largestCore: number;
}

/** The same at one size of the pyramid. */
export function sceneAt(scene: Scene, size: Size): Scene {
  const longerSide = Math.max(size.width, size.height) * scene.styleScale;
  return {
    ...scene,
    content: resample(scene.content, size),
    groups: scene.groups.map(({ mask, weight, styles }) => ({
      weight,
      mask: mask === null ? null : resample(mask, size),
      styles: styles.map((style) => ({ ...style, picture: atMost(style.picture, longerSide) })),
    })),
  };
}

/** Never larger than it is: strokes that interpolation has blurred would be painted blurred. */
function atMost(picture: Picture, longerSide: number): Picture {
  if (Math.max(picture.width, picture.height) <= longerSide) return picture;
  return resample(picture, fit(picture, Math.max(longerSide, SMALLEST_STYLE)));
}

/** Pixels of the longer side; below, the deeper layers have next to nothing to see. */
const SMALLEST_STYLE = 32;

/** What each position of a layer counts for a group with a mask; they sum to one. */
export function maskWeights({ encoder, content }: Scene, mask: Mask, layer: string): Float32Array {
  const description = layerNamed(encoder, layer);
  const positions = positionsOf(content, description);
  return layerWeights(mask, { ...positions, stride: description.stride });
}
