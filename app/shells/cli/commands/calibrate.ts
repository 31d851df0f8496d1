import path from 'node:path';
import { Option, type Command } from 'commander';
import type { AppliedCalibration, Calibration } from '../../../../contract/evaluation.ts';
import type { CommandOutput } from '../../../../contract/commands.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { outputFile, share, wholeNumber, wholeNumbers } from '../arguments.ts';
import {
  indent,
  table,
  count,
  day,
  distance,
  grouped,
  percent,
  type Paint,
} from '../output/text.ts';
import { folderAnswer } from '../output/refusals.ts';
import { writeReport } from '../report/write.ts';

type Run = CommandOutput<'calibration.run'>;
type Kept = CommandOutput<'calibration.last'>;

interface Options {
  readonly gallery?: true;
  readonly images?: string;
  readonly templates?: number;
  readonly fpir?: number;
  readonly sizes?: number[];
  readonly seed?: number;
  readonly apply: boolean;
  readonly show?: true;
  readonly stored?: true;
  readonly reset?: true;
  readonly report?: string;
}

export function registerCalibrate(program: Command, act: Act): void {
  program
    .command('calibrate')
    .description('find the threshold for a wanted rate of false identification, and use it')
    .addOption(new Option('--gallery', 'on the enrolled people (what is done if nothing is said)'))
    .addOption(
      new Option(
        '--images <root>',
        'on a folder with one subfolder of photos per person',
      ).conflicts('gallery'),
    )
    .option(
      '--templates <n>',
      'with --images: enroll the first n photos of each person (1 if not given)',
      wholeNumber(1, 100),
    )
    .option('--fpir <rate>', 'strangers who may be named, 0.01 if not given', share(0.0001, 0.5))
    .option('--sizes <n,n>', 'numbers of people enrolled to report on', wholeNumbers(1, 1_000_000))
    .option('--seed <n>', 'the same seed gives the same intervals', wholeNumber(0))
    .option('--no-apply', 'measure only: identification stays as it is')
    .option('--report <file>', 'write the curves as .html', outputFile('.html', '.htm'))
    .addOption(
      new Option('--show', 'show what was calibrated and is applied').conflicts(['images']),
    )
    .addOption(
      new Option('--stored', 'apply --fpir of the latest calibration, without a new one').conflicts(
        ['images', 'show'],
      ),
    )
    .addOption(
      new Option('--reset', "go back to the model's own threshold").conflicts(['images', 'show']),
    )
    .action(act(calibrate));
}

async function calibrate(context: CommandContext, options: Options): Promise<Answer> {
  const { show, stored, reset, fpir = 0.01 } = options;
  const { dispatch } = context;
  if (show === true) return await kept(options, await dispatch('calibration.last', {}));
  if (reset === true)
    return await kept(options, await dispatch('calibration.apply', { fpir: null }));
  if (stored === true) return await kept(options, await dispatch('calibration.apply', { fpir }));
  return await run(context, options);
}

async function run({ dispatch }: CommandContext, options: Options): Promise<Answer> {
  const { images, templates, fpir, sizes, seed, apply } = options;
  const result = await dispatch('calibration.run', {
    source:
      images === undefined
        ? { kind: 'gallery' }
        : {
            kind: 'images',
            root: path.resolve(images),
            ...(templates === undefined ? {} : { templates }),
          },
    apply,
    ...(fpir === undefined ? {} : { fpir }),
    ...(sizes === undefined ? {} : { sizes }),
    ...(seed === undefined ? {} : { seed }),
  });
  await report(options, result.calibration);
  return await folderAnswer(result, (paint) => runText(result, paint));
}

async function kept(options: Options, result: Kept): Promise<Answer> {
  const { calibration, applied } = result;
  if (calibration !== null) await report(options, calibration);
  return {
    json: result,
    text: (paint) =>
      calibration === null
        ? 'Nothing is calibrated for the encoder in use. Start with: likeness calibrate'
        : [calibrationText(calibration, paint), appliedText(applied, paint)].join('\n'),
  };
}

async function report({ report: file }: Options, calibration: Calibration): Promise<void> {
  if (file === undefined) return;
  const { calibrationReport } = await import('../report/calibration.ts');
  await writeReport(file, calibrationReport(calibration));
}

function runText({ calibration, applied, alike }: Run, paint: Paint): string {
  const doubts = alike.map(
    ({ people: [a, b], distance: apart }) => `${a} and ${b}, ${distance(apart)} apart`,
  );
  return [
    calibrationText(calibration, paint),
    ...(doubts.length === 0
      ? []
      : [
          paint('yellow', 'One person under two names? Such pairs make the threshold too strict:'),
          indent(doubts.join('\n')),
        ]),
    appliedText(applied, paint),
  ].join('\n');
}

function calibrationText(calibration: Calibration, paint: Paint): string {
  const { model, people, templates, photos, wanted, source, images, createdAt } = calibration;
  const whoms = {
    gallery: 'the people enrolled',
    images: `${images}`,
    shipped: 'photos of others, before it was shipped',
  };
  const whom = whoms[source];
  const titles = ['people', 'threshold', 'FPIR', 'on others', 'one gallery', 'FNIR', 'rests on'];
  const rows = calibration.points
    .filter((point) => point.wanted === wanted)
    .map((point) => [
      grouped(point.gallery),
      distance(point.threshold),
      percent(point.fpir, 2),
      intervalText(point.measured),
      point.oneGallery === null ? '' : intervalText(point.oneGallery),
      point.fnir === null ? '' : percent(point.fnir, 2),
      basisText(point),
    ]);
  const align = ['right', 'right', 'right', 'right', 'right', 'right'] as const;
  return [
    `${paint('bold', model)}: ${count(people, 'person', 'people')}, ${count(templates, 'template')}, ${count(photos, 'photo')} of ${whom}, ${day(createdAt)}`,
    `For a rate of false identification of ${percent(wanted, 2)}:`,
    indent(table([titles.map((title) => paint('dim', title)), ...rows], align)),
    paint(
      'dim',
      'FPIR: strangers who are named. FNIR: enrolled people who are not. "On others": 95 % of measurements on as many other people lie there; "one gallery": of a single gallery.',
    ),
  ].join('\n');
}

const intervalText = ({ low, high }: { low: number; high: number }) =>
  `${(low * 100).toFixed(2)} to ${percent(high, 2)}`;

function basisText({ pairs, basis }: Calibration['points'][number]): string {
  const what = count(pairs, 'pair that looks alike', 'pairs that look alike');
  switch (basis) {
    case 'observed':
      return what;
    case 'extrapolated':
      return `${what}; more people than these, extrapolated`;
    case 'too-few':
      return `${what}; too few people to tell, so not above the model's threshold`;
  }
}

function appliedText(applied: AppliedCalibration | null, paint: Paint): string {
  if (applied === null) return "Identification uses the model's own threshold.";
  const { fpir, threshold, people } = applied;
  return `${paint('green', 'Applied')}: identification keeps to ${percent(fpir, 2)}; for ${count(people, 'person', 'people')} enrolled now the threshold is ${distance(threshold)}, and follows their number.`;
}
