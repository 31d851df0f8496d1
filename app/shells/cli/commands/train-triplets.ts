import { InvalidArgumentError, Option, type Command } from 'commander';
import { LikenessError } from '../../../../contract/errors.ts';
import type { Measured, TripletTraining } from '../../../../contract/training-commands.ts';
import type { Answer, CommandContext } from '../act.ts';
import { outputFile, positiveNumber, wholeNumber } from '../arguments.ts';
import type { Paint } from '../output/paint.ts';
import { folderAnswer } from '../output/refusals.ts';
import { table } from '../output/table.ts';
import { count, duration, percent, size } from '../output/words.ts';
import { writeReport } from '../report/write.ts';

/** Of `train encoder` without a teacher; those that both ways of training share come first. */
export interface TripletOptions {
  readonly from?: string;
  readonly seed?: number;
  readonly epochs?: number;
  readonly freeze?: string[];
  readonly learningRate?: number;
  readonly validation?: number;
  readonly test?: number;
  readonly architecture?: 'compact';
  readonly people?: number;
  readonly photos?: number;
  readonly singles?: number;
  readonly mining?: (typeof MININGS)[number];
  readonly margin?: number;
  readonly views?: number;
  readonly camera?: 'good' | 'bad';
  readonly pull?: number;
  readonly blend?: number;
  readonly patience?: number;
  readonly report?: string;
}

interface Places {
  readonly id: string;
  readonly images: string[];
  readonly work: string;
}

const MININGS = ['curriculum', 'batch-all', 'semi-hard', 'batch-hard'] as const;

export function addTripletOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--architecture <name>', 'begin with random weights')
        .choices(['compact'])
        .conflicts('from'),
    )
    .option('--people <n>', 'P: people of a batch with several photos', wholeNumber(1, 128))
    .option('--photos <n>', 'K: photos of each', wholeNumber(2, 16))
    .option('--singles <n>', 'further people of a batch with one photo', wholeNumber(0, 128))
    .addOption(new Option('--mining <which>', 'the triplets that count').choices(MININGS))
    .option('--margin <x>', 'on squared distances', positiveNumber)
    .option('--views <n>', 'of each photo where layers are frozen', wholeNumber(2, 64))
    .addOption(
      new Option('--camera <kind>', 'bad: learn faces of a bad camera too').choices([
        'good',
        'bad',
      ]),
    )
    .option('--pull <x>', 'how strongly clean faces are held to their encodings before', weight)
    .option('--blend <share>', 'from the weights before, 0, to those after training, 1', weight)
    .option('--patience <n>', 'epochs without progress until it stops', wholeNumber(1))
    .option('--report <file>', 'write curves as .html', outputFile('.html', '.htm'));
}

function weight(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('expected a number of at least 0.');
}

/** What belongs to triplets says nothing to a teacher. */
export function refuseTripletOptions({ architecture, camera, report }: TripletOptions): void {
  const given = Object.entries({ architecture, camera, report }).find(([, value]) => value);
  if (given === undefined) return;
  throw new LikenessError('invalid_input', `--${given[0]} cannot be combined with --teacher.`);
}

export async function trainByTriplets(
  { dispatch }: CommandContext,
  { architecture, from, report, ...options }: TripletOptions & Places,
): Promise<Answer> {
  const result = await dispatch('training.triplets', {
    ...options,
    start:
      architecture === undefined
        ? { kind: 'model', id: from ?? 'encoder-likeness' }
        : { kind: 'architecture', name: architecture },
  });
  if (report !== undefined) {
    const { trainingReport } = await import('../report/training.ts');
    await writeReport(report, trainingReport(result));
  }
  return await folderAnswer(result, (paint) => tripletText(result, paint));
}

function tripletText(result: TripletTraining, paint: Paint): string {
  const { model, faces, trained, parameters, seconds, curve, best, test } = result;
  const facts = [
    ['Photos', `${count(result.photos, 'photo')}, ${result.withoutFace} without a usable face`],
    ['Faces', `${faces.training} train, ${faces.validation} validate, ${faces.test} test`],
    ['One photo', `${count(result.negativesOnly, 'person', 'people')}, used as negatives only`],
    ['Parameters', `${trained.toLocaleString('en-GB')} of ${parameters.toLocaleString('en-GB')}`],
    ['Time', duration(seconds * 1000)],
  ];
  const epochs = curve.map(({ epoch, mining, loss, active, validation, probes }) => [
    epoch === best ? `epoch ${epoch}, kept` : `epoch ${epoch}`,
    mining ?? '',
    loss === null ? '' : `loss ${loss.toFixed(4)}`,
    active === null ? '' : `${percent(active, 0)} active`,
    validation === null ? '' : `EER ${percent(validation.eer, 1)}`,
    probes === null ? '' : `bad camera ${percent(probes.eer, 1)}`,
  ]);
  return [
    paint('bold', `Trained ${model.id} from ${result.startedFrom} (${size(model.bytes)}).`),
    table(facts),
    ...warnings(result),
    table(epochs),
    test.after.clean === null
      ? 'Nobody with two photos was kept apart, so nothing could be measured.'
      : `On people who took no part, every photo against every other:\n${table(testRows(test))}`,
    `To use it: likeness models use ${model.id}. People who are enrolled must be enrolled again.`,
  ].join('\n');
}

function warnings({ contradictory, repeated }: TripletTraining): readonly string[] {
  return [
    ...(contradictory.length > 0
      ? [`Left out, the same picture under two names: ${contradictory.join(', ')}`]
      : []),
    ...(repeated.length > 0 ? [`Left out, copies: ${repeated.join(', ')}`] : []),
  ];
}

function testRows({ before, after }: TripletTraining['test']): string[][] {
  const row = (name: string, measured: Measured | null) =>
    measured === null
      ? []
      : [
          [
            name,
            percent(measured.eer, 2),
            percent(measured.accuracy, 2),
            ...measured.tar.map(({ tar }) => percent(tar, 1)),
          ],
        ];
  const rates = (after.clean?.tar ?? []).map(
    ({ far }) => `FAR ${Number((far * 100).toPrecision(3))} %`,
  );
  return [
    ['', 'EER', 'accuracy', ...rates],
    ...row('before', before.clean),
    ...row('after', after.clean),
    ...row('bad camera, before', before.probes),
    ...row('bad camera, after', after.probes),
  ];
}
