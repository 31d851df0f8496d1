import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandInput } from '../../../../contract/commands.ts';
import { positiveNumber, wholeNumber, outputFile } from '../arguments.ts';
import type {
  PaintingEstimate,
  PaintingJob,
  PaintingResult,
} from '../../../../contract/paintings.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { paintFor, count, duration, providerTitle, type Paint } from '../output/text.ts';

type Settings = CommandInput<'paintings.create'>['settings'];

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

const addStyleOptions = (command: Command): Command =>
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

interface Options extends StyleOptions {
  readonly output?: string;
  readonly preview?: string;
  readonly resume?: boolean;
  readonly replay?: string;
}

export function registerStylize(program: Command, act: Act): void {
  const stylize = program
    .command('stylize')
    .description('paint a photo in the style of other pictures')
    .argument('[content]', 'the photo')
    .argument('[styles...]', 'the pictures whose style is taken over')
    .option(
      '-o, --output <file>',
      'the painting: .png, .jpg, .webp, or .tif with 16 bits per channel',
      outputFile('.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff'),
    );
  addStyleOptions(stylize)
    .option('--preview <file>', 'a JPEG that shows how far it is', outputFile('.jpg', '.jpeg'))
    .option('--resume', 'go on with the latest unfinished painting, of this output if it is given')
    .option('--replay <painting>', 'repeat a painting with the settings that its file carries')
    .addHelpText(
      'after',
      '\nThe encoder is chosen with --encoder: style-likeness, vgg19 (see "models fetch") or filter-bank.' +
        '\nCtrl-C pauses: --resume goes on.',
    )
    .action(act(paint));
}

async function paint(
  context: CommandContext,
  content: string | undefined,
  styles: readonly string[],
  options: Options,
): Promise<Answer> {
  const job = (await resumed(context, options)) ?? (await begun(context, content, styles, options));
  const { job: ended } = await context.dispatch('paintings.wait', { id: job.id });
  const result = await resultOf(ended);
  return { json: result, text: (style) => resultText(result, style) };
}

/** The unfinished painting that goes on; null where a new one is wanted, or none is left over. */
async function resumed(
  { dispatch, terminal, settings }: CommandContext,
  { resume, output, preview }: Options,
): Promise<PaintingJob | null> {
  if (resume !== true) return null;
  const { jobs } = await dispatch('paintings.list', {});
  const path = await import('node:path');
  const wanted = output === undefined ? undefined : path.resolve(output);
  const left = jobs.find(
    (job) => isUnfinished(job) && (wanted === undefined || job.output === wanted),
  );
  if (left === undefined) return null;
  const { id, progress } = left;
  const step = progress === null ? 'its start' : `step ${progress.step} of ${progress.steps}`;
  if (!settings.quiet) terminal.err.write(`Going on with painting ${id} at ${step}.\n`);
  const previewFile = preview === undefined ? {} : { previewFile: path.resolve(preview) };
  return (await dispatch('paintings.resume', { id, ...previewFile })).job;
}

const isUnfinished = ({ state }: PaintingJob): boolean => state === 'paused' || state === 'failed';

async function begun(
  context: CommandContext,
  content: string | undefined,
  styles: readonly string[],
  options: Options,
): Promise<PaintingJob> {
  const { dispatch, terminal, settings: global } = context;
  const { output, preview, replay, resume } = options;
  if (output === undefined) throw await missing('-o: the file to write');
  const settings =
    replay === undefined
      ? await newSettings(context, content, styles, options)
      : (await dispatch('paintings.recall', { picture: replay })).settings;
  const say = (line: string) => !global.quiet && terminal.err.write(`${line}\n`);
  if (resume === true) say('There is nothing to go on with; it is painted from the start.');
  const { estimate } = await dispatch('paintings.estimate', { settings });
  say(estimateText(estimate, paintFor(terminal.err)));
  const previewFile = preview === undefined ? {} : { previewFile: preview };
  const replace = global.force ? { replace: true } : {};
  return (await dispatch('paintings.create', { settings, output, ...previewFile, ...replace })).job;
}

async function newSettings(
  { settings: { encoder } }: CommandContext,
  content: string | undefined,
  styles: readonly string[],
  options: Options,
): Promise<Settings> {
  if (content === undefined) throw await missing('the photo to paint');
  if (styles.length === 0) throw await missing('at least one picture whose style is taken over');
  return settingsOf({ content, styles, encoder, options });
}

async function missing(what: string) {
  const { LikenessError } = await import('../../../../contract/errors.ts');
  return new LikenessError('invalid_input', `Something is missing: ${what}.`, {
    details: { usage: 'likeness stylize <content> <style…> -o out.png' },
  });
}

/** @throws LikenessError what the painting failed with; cancelled */
async function resultOf({ id, state, result, error }: PaintingJob): Promise<PaintingResult> {
  if (result !== null) return result;
  const { LikenessError } = await import('../../../../contract/errors.ts');
  if (error !== null) throw LikenessError.fromData(error);
  const message = `The painting ${id} was ${state} from elsewhere.`;
  throw new LikenessError('cancelled', message, { details: { id, state } });
}

function estimateText(estimate: PaintingEstimate, paint: Paint): string {
  const { width, height, encoder, trained, tiles, memoryMb, seconds } = estimate;
  const untrained = trained ? '' : paint('yellow', ' (untrained)');
  const pieces = tiles === 1 ? 'in one piece' : `in ${count(tiles, 'tile')}`;
  const costs = `about ${memoryMb.toFixed(0)} MB and ${duration(seconds * 1000)}`;
  return `${width}×${height} pixels with ${encoder}${untrained}, ${pieces}: ${costs}`;
}

function resultText(result: PaintingResult, paint: Paint): string {
  const { output, width, height, encoder, provider, steps, elapsedMs, losses } = result;
  const facts = [`${width}×${height}`, encoder, count(steps, 'step'), duration(elapsedMs)];
  const values = [losses.content, losses.style, losses.totalVariation].map((loss) =>
    loss.toPrecision(3),
  );
  return [
    `${paint('bold', output)}: ${[...facts, providerTitle(provider)].join(', ')}`,
    `losses: content ${values[0]!}, style ${values[1]!}, total variation ${values[2]!}`,
    `memory: ${result.peakMemoryMb.toFixed(0)} MB, predicted ${result.predictedMemoryMb.toFixed(0)} MB`,
  ].join('\n');
}
