import type { PaintingSettings } from '../../../../contract/paintings.ts';
import type { CommandInput } from '../../api.ts';
import type { KnownPicture } from './pictures.ts';

export type SettingsInput = CommandInput<'paintings.estimate'>['settings'];
export type KeepColors = PaintingSettings['keepColors'];
export type Statistics = PaintingSettings['loss'];

/** What sliders and lists set. */
export interface Choices {
  readonly strength: number;
  readonly brush: number;
  readonly size: number;
  readonly steps: number;
  readonly keepColors: KeepColors;
  readonly statistics: Statistics;
  /** Empty: the one in use. */
  readonly encoder: string;
  readonly seed: number;
  /** 10⁶ bytes; undefined: half of the machine's. */
  readonly memoryBudgetMb: number | undefined;
  readonly fromNoise: boolean;
  readonly protectFaces: boolean;
}

export const usualChoices: Choices = {
  strength: 1,
  brush: 1,
  size: 1024,
  steps: 140,
  keepColors: 'none',
  statistics: 'gram',
  encoder: '',
  seed: 0,
  memoryBudgetMb: undefined,
  fromNoise: false,
  protectFaces: false,
};

/** Where a style goes. */
export type Place = 'everywhere' | 'faces' | 'surroundings' | 'painted';

export interface DraftStyle {
  readonly key: number;
  readonly picture: KnownPicture;
  /** The name of a style that ships with Likeness; undefined for a picture of one's own. */
  readonly sample: string | undefined;
  /** Relative to the other styles. */
  readonly weight: number;
  readonly place: Place;
  /** White where the style goes; undefined until something is painted. */
  readonly mask: KnownPicture | undefined;
}

/**
 * The styles after one was chosen: beside the others where several are mixed, else instead of them.
 * With as many as there may be, nothing changes.
 */
export function withStyle(
  styles: readonly DraftStyle[],
  style: DraftStyle,
  { isMixing, most }: { readonly isMixing: boolean; readonly most: number },
): readonly DraftStyle[] {
  if (isMixing) return styles.length < most ? [...styles, style] : styles;
  const [former] = styles;
  if (former === undefined) return [style];
  // Where the style goes is about the photo: it stays.
  return [{ ...style, place: former.place, mask: former.mask }];
}

/** What is left of settings that no control of the screen sets, from a painting taken over. */
export type Extras = Pick<SettingsInput, 'contentLayer' | 'styleLayers' | 'optimizer' | 'initial'>;

export function settingsOf(
  content: string,
  styles: readonly { path: string; weight: number; mask?: string }[],
  choices: Choices,
  extras: Extras,
): SettingsInput {
  const { encoder, memoryBudgetMb } = choices;
  return {
    ...extras,
    content,
    styles: [...styles],
    size: choices.size,
    steps: choices.steps,
    styleStrength: choices.strength,
    styleScale: choices.brush,
    keepColors: choices.keepColors,
    loss: choices.statistics,
    seed: choices.seed,
    ...(encoder === '' ? {} : { encoder }),
    ...(memoryBudgetMb === undefined ? {} : { memoryBudgetMb }),
    initial: choices.fromNoise ? 'noise' : (extras.initial ?? 'content'),
  };
}

/** The choices that a painting was made with; its masks are taken as they are. */
export const choicesOf = (settings: PaintingSettings): Choices => ({
  strength: settings.styleStrength,
  brush: settings.styleScale,
  size: settings.size,
  steps: settings.steps,
  keepColors: settings.keepColors,
  statistics: settings.loss,
  encoder: settings.encoder ?? '',
  seed: settings.seed,
  memoryBudgetMb: settings.memoryBudgetMb,
  fromNoise: settings.initial === 'noise',
  protectFaces: false,
});

export const extrasOf = (settings: PaintingSettings): Extras => ({
  ...(settings.contentLayer === undefined ? {} : { contentLayer: settings.contentLayer }),
  ...(settings.styleLayers === undefined ? {} : { styleLayers: settings.styleLayers }),
  optimizer: settings.optimizer,
  ...(typeof settings.initial === 'string' ? {} : { initial: settings.initial }),
});
