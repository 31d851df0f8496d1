import type { PaintingSettings } from '../../contract/painting.ts';
import type { StyleEncoder } from './encoder.ts';

/** What a painting is to be like: J = content · C + style · S + totalVariation · V. */
export interface Recipe {
  readonly contentLayer: string;
  /** The shallowest first; the weights sum to one. */
  readonly styleLayers: readonly StyleLayer[];
  readonly weights: Readonly<Record<'content' | 'style' | 'totalVariation', number>>;
}

export interface StyleLayer {
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
