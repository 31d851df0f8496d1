import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandInput } from '../../../../contract/commands.ts';
import { positiveNumber, wholeNumber } from '../arguments.ts';

type Settings = CommandInput<'styling.create'>['settings'];

/** What the options of `stylize` say about the picture. */
export interface StyleOptions {
  readonly size?: number;
  readonly steps?: number;
  readonly styleStrength?: number;
  readonly styleScale?: number;
  readonly weights?: readonly number[];
  readonly contentLayer?: string;
  readonly styleLayers?: Readonly<Record<string, number>>;
  readonly keepColors?: 'luminance' | 'match';
  readonly mask?: readonly string[];
  readonly init?: string;
  readonly seed?: number;
  readonly optimizer?: 'adam' | 'lbfgs';
  readonly loss?: 'gram' | 'swd';
  readonly memoryBudget?: number;
}

export const addStyleOptions = (command: Command): Command =>
  command
    .option('--size <pixels>', 'longer side of the painting (default: 512)', wholeNumber(32, 16384))
    .option('--steps <n>', 'steps at the first of the sizes', wholeNumber(1, 20_000))
    .option('--style-strength <factor>', 'more or less style than usual', positiveNumber)
    .option('--style-scale <factor>', 'larger or smaller strokes', positiveNumber)
    .option('--weights <w1,w2,…>', 'weights of several styles', weights)
    .option('--content-layer <name>', 'layer of the encoder that holds the content')
    .option('--style-layers <names>', 'layers with weights: relu1_1=1,relu2_1=0.5', layerWeights)
    .addOption(
      new Option('--keep-colors <how>', 'keep the colors of the photo').choices([
        'luminance',
        'match',
      ]),
    )
    .option('--mask <files...>', 'a gray picture per style: it goes where that is white')
    .option('--init <what>', 'paint over content, noise, or the picture of a file')
    .option('--seed <n>', 'the same seed gives the same painting', wholeNumber(0, 4294967295))
    .addOption(new Option('--optimizer <name>', 'how it is minimized').choices(['adam', 'lbfgs']))
    .addOption(new Option('--loss <name>', 'what stands for style').choices(['gram', 'swd']))
    .option('--memory-budget <MB>', 'larger paintings go in tiles', wholeNumber(200));

/** The settings of the contract; what is not said is left to its defaults. */
export function settingsOf({
  content,
  styles,
  encoder,
  options,
}: {
  readonly content: string;
  readonly styles: readonly string[];
  readonly encoder: string | undefined;
  readonly options: StyleOptions;
}): Settings {
  const { weights: factors = [], mask: masks = [], init, memoryBudget } = options;
  refuseUnpaired('--weights', factors, styles);
  refuseUnpaired('--mask', masks, styles);
  return given({
    content,
    styles: styles.map((path, i) => given({ path, weight: factors[i], mask: masks[i] })),
    size: options.size,
    steps: options.steps,
    styleStrength: options.styleStrength,
    styleScale: options.styleScale,
    encoder,
    contentLayer: options.contentLayer,
    styleLayers: options.styleLayers,
    keepColors: options.keepColors,
    initial: init === undefined || init === 'content' || init === 'noise' ? init : { path: init },
    seed: options.seed,
    optimizer: options.optimizer,
    loss: options.loss,
    memoryBudgetMb: memoryBudget,
  });
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the fields that are undefined. */
const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;

/** One of each per style, or none at all. */
function refuseUnpaired(
  option: string,
  values: readonly unknown[],
  styles: readonly string[],
): void {
  if (values.length === 0 || values.length === styles.length) return;
  throw new InvalidArgumentError(
    `${option} has ${values.length} for ${styles.length} styles: give one for each.`,
  );
}

function weights(text: string): readonly number[] {
  return text.split(',').map(positiveNumber);
}

function layerWeights(text: string): Readonly<Record<string, number>> {
  const entries = text.split(',').map((part) => {
    const [name = '', weight = '1'] = part.split('=');
    if (name === '') throw new InvalidArgumentError('It must read like relu1_1=1,relu2_1=0.5.');
    return [name, positiveNumber(weight)] as const;
  });
  return Object.fromEntries(entries);
}
