import type { PaintingSettings } from '../../contract/paintings.ts';
import type { StyleEncoder } from './encoder.ts';
import type { PaintingLosses } from '../../contract/values.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Mask } from './mask.ts';
import type { Picture, Start } from './picture.ts';

/** What a painting is to be like: J = content · C + style · S + totalVariation · V. */
export interface Recipe {
  readonly contentLayer: string;
  /** The shallowest first; the weights sum to one. */
  readonly styleLayers: readonly StyleLayer[];
  readonly weights: Readonly<Record<'content' | 'style' | 'totalVariation', number>>;
}

interface StyleLayer {
  readonly layer: string;
  readonly weight: number;
}

/** Both distances are relative to what they aim at, so that one balance fits every encoder. */
const CONTENT_WEIGHT = 0.02;
export const VARIATION_WEIGHT = 0.1;

type Wishes = Pick<PaintingSettings, 'contentLayer' | 'styleLayers' | 'styleStrength'>;

/** What the settings ask for, and what they leave open as it is customary. */
export function recipeFor({ manifest }: StyleEncoder, wishes: Wishes): Recipe {
  const layers = manifest.task.layers.map(({ output }) => output);
  const {
    contentLayer = customaryContentLayer(layers),
    styleLayers = customaryStyleLayers(manifest.task.layers),
  } = wishes;
  const total = Object.values(styleLayers).reduce((sum, weight) => sum + weight, 0);
  return {
    contentLayer,
    styleLayers: layers
      .filter((layer) => layer in styleLayers)
      .map((layer) => ({ layer, weight: styleLayers[layer]! / total })),
    weights: {
      content: CONTENT_WEIGHT,
      style: wishes.styleStrength,
      totalVariation: VARIATION_WEIGHT,
    },
  };
}

/** The deepest but one: it knows what is where, and does not insist on every pixel. */
function customaryContentLayer(layers: readonly string[]): string {
  return layers.at(-2) ?? layers.at(-1)!;
}

/**
 * What the encoder itself says; else the first layer of every resolution for strokes of every size,
 * and the deepest for how they flow, all alike, as their distances are relative.
 */
function customaryStyleLayers(
  layers: readonly {
    readonly output: string;
    readonly stride: number;
    readonly styleWeight?: number | undefined;
  }[],
): Readonly<Record<string, number>> {
  const said = layers.filter(({ styleWeight }) => styleWeight !== undefined);
  if (said.length > 0)
    return Object.fromEntries(said.map(({ output, styleWeight }) => [output, styleWeight!]));
  const first = layers.filter(({ stride }, index) => stride !== layers[index - 1]?.stride);
  return Object.fromEntries([...first, layers.at(-1)!].map(({ output }) => [output, 1]));
}

/** All that a painting is made from; the paths among the settings have been read. */
export interface PaintingOrder {
  /** At the size of the finished painting. */
  readonly content: Picture;
  readonly styles: readonly {
    readonly picture: Picture;
    readonly weight: number;
    /** Of the content's size. */
    readonly mask: Mask | null;
  }[];
  readonly start: Start;
  readonly encoder: StyleEncoder;
  readonly settings: PaintingSettings;
}

export interface PaintingForecast {
  /** Over all sizes of the pyramid. */
  readonly steps: number;
  readonly tiles: number;
  readonly memoryBytes: number;
  readonly seconds: number;
}

/** After a step; what the functions give is valid until the next one is asked for. */
export interface PaintingStep {
  /** Counted over all sizes of the pyramid. */
  readonly step: number;
  readonly steps: number;
  /** Of all work, 0 to 1. */
  readonly share: number;
  readonly losses: PaintingLosses;
  readonly secondsLeft: number;
  readonly picture: () => Picture;
  readonly checkpoint: () => Checkpoint;
}

export interface Painter {
  /** @throws LikenessError memory_insufficient, invalid_input */
  forecast(order: PaintingOrder): Promise<PaintingForecast>;
  /**
   * Paints step by step, from a checkpoint where there is one, and returns the finished picture.
   * Whoever stops asking has stopped it.
   *
   * @throws LikenessError as `forecast`, and painting_diverged with the step in `details.step`: then
   *   the picture of the last step that was given is still good
   */
  paint(
    order: PaintingOrder,
    checkpoint: Checkpoint | null,
  ): AsyncGenerator<PaintingStep, Picture, undefined>;
}
