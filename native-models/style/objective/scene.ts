import { LikenessError } from '../../../contract/errors.ts';
import type { StyleEncoder } from '../encoder.ts';
import { resample, fit, planesOf, type Size, type Picture } from '../picture.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import type { TilePlan, Tile, Region } from '../tiles.ts';
import { coverageOf, layerWeights, type Mask } from '../mask.ts';
import type { PaintingOrder, Recipe } from '../painter.ts';
import type { PaintingSettings } from '../../../contract/paintings.ts';
import type { Builder } from '../../graph/operator.ts';
import { concreteShape } from '../../graph/rewrite.ts';
import { slice } from '../../ops/shapes.ts';

/** Sum of squares; never zero, as distances are divided by it. */
export function energy(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.max(sum, Number.MIN_VALUE);
}

/** Names of inputs and outputs of the graphs that paint. */
export const IMAGE = 'image';
export const CONTENT = 'content';
export const STYLE = 'style';
/** What the content layer is to be, or the picture whose it is. */
export const CONTENT_TARGET = 'content_target';
/** 1 where a position of the content layer belongs to the tile's core, else 0. */
export const CORE = 'core';

/** Gram matrices: what a group of styles is to have at a layer, or has. */
export const gramName = (group: number, layer: string): string => `gram_${group}_${layer}`;

/** What each position of a layer counts for a group. */
export const weightsName = (group: number, layer: string): string => `weights_${group}_${layer}`;

/** ∂J by a Gram matrix. */
export const pullName = (group: number, layer: string): string => `pull_${group}_${layer}`;

/** A layer of an encoder: what its manifest says. */
export interface Layer {
  readonly name: string;
  readonly channels: number;
  /** Pixels between two positions. */
  readonly stride: number;
}

export function layerNamed({ manifest }: StyleEncoder, name: string): Layer {
  const layer = manifest.task.layers.find(({ output }) => output === name);
  if (layer !== undefined) return { name, channels: layer.channels, stride: layer.stride };
  throw new LikenessError('layer_unknown', `The encoder ${manifest.id} has no layer ${name}.`);
}

/** Positions of a layer over a picture. */
export const positionsOf = ({ width, height }: Size, { stride }: Layer): Size => ({
  width: Math.floor(width / stride),
  height: Math.floor(height / stride),
});

/** Activations of a window by layer. */
export type Activations = ReadonlyMap<string, Value>;

/**
 * What is compared with the styles, gathered tile by tile. A step has two passes: the first measures
 * the whole picture, the second pulls every tile toward the styles with what is then known.
 */
export interface Statistics {
  readonly parts: StatisticsParts;
  /** Whether the second pass needs a tile measured once more. */
  readonly looksTwice: boolean;
  /** Forgets the last picture. */
  begin(step: number): void;
  measureFeeds(plan: TilePlan, tile: Tile): NamedTensors;
  take(plan: TilePlan, tile: Tile, measured: NamedTensors): void;
  /** The style loss, once all tiles have been taken. */
  settle(): number;
  /** @param measured of this tile */
  pullFeeds(plan: TilePlan, tile: Tile, measured: NamedTensors): NamedTensors;
}

/** The same, as parts of graphs over a window. */
export interface StatisticsParts {
  /** What the first pass computes, by name. */
  measure(builder: GraphBuilder, activations: Activations): Readonly<Record<string, Value>>;
  /** A scalar whose derivative by the picture is that of the style loss. */
  pull(builder: GraphBuilder, activations: Activations): Value;
}

/** Styles that are mixed with one another in one place. */
export interface StyleGroup {
  /** Null: everywhere. */
  readonly mask: Mask | null;
  /** Share of the style loss; those of all groups sum to at most one. */
  readonly weight: number;
  /** The weights sum to one. */
  readonly styles: readonly { readonly picture: Picture; readonly weight: number }[];
}

/**
 * Styles without a mask are one group: statistics are mixed, as a painting cannot match several at
 * once. One with a mask is on its own and counts by the area that it is given, because the
 * statistics of a small area, being a mean, would pull each of its pixels the harder.
 */
export function groupStyles(styles: PaintingOrder['styles']): readonly StyleGroup[] {
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  const everywhere = styles.filter(({ mask }) => mask === null);
  const common = everywhere.reduce((sum, { weight }) => sum + weight, 0);
  const groups: StyleGroup[] = styles.flatMap(({ picture, mask, weight }) =>
    mask === null
      ? []
      : [
          {
            mask,
            weight: (weight / total) * coverageOf(mask),
            styles: [{ picture, weight: 1 }],
          },
        ],
  );
  if (everywhere.length === 0) return groups;
  const mixed = everywhere.map(({ picture, weight }) => ({ picture, weight: weight / common }));
  return [{ mask: null, weight: common / total, styles: mixed }, ...groups];
}

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

/**
 * A picture among mirrored pixels. An encoder takes what lies outside for black or gray, and answers
 * at the border as at an edge; painted without a margin, a picture gets a dark rim.
 */
export interface Frame {
  readonly picture: Size;
  /** Pixels on each side; a multiple of the stride of every layer that is looked at. */
  readonly margin: number;
}

/** Pixels: what the layers of two blocks of 3×3 convolutions see, and most of what a third does. */
const MARGIN = 8;

export function frameOf({ width, height }: Size, layers: readonly Layer[]): Frame {
  const stride = Math.max(...layers.map((layer) => layer.stride));
  return { picture: { width, height }, margin: Math.ceil(MARGIN / stride) * stride };
}

export const outerSize = ({ picture, margin }: Frame): Size => ({
  width: picture.width + 2 * margin,
  height: picture.height + 2 * margin,
});

/** The positions of a layer over the outer size that belong to the picture itself. */
export function innerRegion({ picture, margin }: Frame, layer: Layer): Region {
  const at = margin / layer.stride;
  return { x: at, y: at, ...positionsOf(picture, layer) };
}

/** Copies a picture into the middle of `target`, of the outer size, and mirrors it around. */
export function fillFrame({ margin }: Frame, picture: Picture, target: Picture): void {
  const columns = mirrored(picture.width, margin);
  eachRow(margin, picture, target, (from, to) => {
    target.data.set(picture.data.subarray(from, from + picture.width), to + margin);
    for (let x = 0; x < margin; x++) {
      target.data[to + x] = picture.data[from + columns[x]!]!;
      const right = target.width - 1 - x;
      target.data[to + right] = picture.data[from + columns[right]!]!;
    }
  });
}

/** Adds a gradient over the outer size to the pixels of the picture that it belongs to. */
export function foldFrame({ margin }: Frame, outer: Picture, target: Picture): void {
  const columns = mirrored(target.width, margin);
  eachRow(margin, target, outer, (to, from) => {
    for (let x = 0; x < outer.width; x++) target.data[to + columns[x]!]! += outer.data[from + x]!;
  });
}

/** Start of each row of the outer picture, with that of the inner row that it shows. */
function eachRow(
  margin: number,
  inner: Picture,
  outer: Picture,
  visit: (inner: number, outer: number) => void,
): void {
  const rows = mirrored(inner.height, margin);
  for (let plane = 0; plane < planesOf(inner); plane++)
    rows.forEach((row, y) =>
      visit((plane * inner.height + row) * inner.width, (plane * outer.height + y) * outer.width),
    );
}

/** Which pixel is seen at each place: 2 1 | 0 1 2 3 | 2 1, there and back in a short picture. */
function mirrored(length: number, margin: number): Int32Array {
  const period = Math.max(1, 2 * (length - 1));
  return Int32Array.from({ length: length + 2 * margin }, (_, place) => {
    const at = (((place - margin) % period) + period) % period;
    return Math.min(at, period - at);
  });
}

/** The part of an activation [1, C, H, W] that lies in a region of its positions. */
export function cropTo(builder: Builder, features: Value, { x, y, width, height }: Region): Value {
  const [, , rows, columns] = concreteShape(features);
  if (rows === height && columns === width) return features;
  return slice(builder, features, [
    { axis: 2, start: y, end: y + height },
    { axis: 3, start: x, end: x + width },
  ]);
}
