import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { LikenessError } from '../../../../contract/errors.ts';
import type {
  Measured,
  TripletTraining,
  EncoderTraining,
  Separation,
  StyleEncoderTraining,
} from '../../../../contract/training.ts';
import type { Answer, CommandContext, Act } from '../act.ts';
import { outputFile, positiveNumber, wholeNumber, share } from '../arguments.ts';
import {
  table,
  count,
  duration,
  percent,
  size,
  clipped,
  grouped,
  type Paint,
} from '../output/text.ts';
import { folderAnswer } from '../output/refusals.ts';
import { writeReport } from '../report/write.ts';
import type { VerifierTraining } from '../../../../contract/verifier.ts';

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

function addTripletOptions(command: Command): Command {
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
function refuseTripletOptions({ architecture, camera, report }: TripletOptions): void {
  const given = Object.entries({ architecture, camera, report }).find(([, value]) => value);
  if (given === undefined) return;
  throw new LikenessError('invalid_input', `--${given[0]} cannot be combined with --teacher.`);
}

async function trainByTriplets(
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

interface VerifierOptions {
  readonly images: string;
  readonly model?: string;
  readonly seed?: number;
  readonly validation?: number;
  readonly calibration?: number;
  readonly test?: number;
  readonly report?: string;
}

/** Adds to `train`, which must be registered already. */
export function registerTrainVerifier(program: Command, act: Act): void {
  const train = program.commands.find((command) => command.name() === 'train') ?? program;
  train
    .command('verifier')
    .description('learn to say how likely two faces are of one person')
    .requiredOption('--images <root>', 'a folder with one subfolder of photos per person')
    .option('--model <id>', 'the encoder that it is for; the one in use if not given')
    .option('--seed <n>', 'the same seed gives the same verifier', wholeNumber(0))
    .option('--validation <share>', 'of the people: choose the form', positiveNumber)
    .option('--calibration <share>', 'of the people: calibrate', positiveNumber)
    .option('--test <share>', 'of the people: measured at the end', positiveNumber)
    .option('--report <file>', 'write the reliability as .html', outputFile('.html', '.htm'))
    .addHelpText(
      'after',
      '\nIt replaces the verifier of that encoder from the next start on; nothing else changes.',
    )
    .action(act(trainVerifier));
}

async function trainVerifier(
  { dispatch }: CommandContext,
  { report, ...options }: VerifierOptions,
): Promise<Answer> {
  const images = path.resolve(options.images);
  const result = await dispatch('training.verifier', { ...options, images });
  if (report !== undefined) {
    const { verifierReport } = await import('../report/training.ts');
    await writeReport(report, verifierReport(result));
  }
  return await folderAnswer(result, (paint) => verifierText(result, paint));
}

function verifierText(result: VerifierTraining, paint: Paint): string {
  const { parts, test, before, candidates, photos, withoutFace, single, seconds } = result;
  const rows = Object.entries(parts).map(([name, part]) => [
    name,
    count(part.people, 'person', 'people'),
    count(part.photos, 'photo'),
    count(part.mated, 'mated pair'),
    count(part.nonMated, 'non-mated pair'),
  ]);
  const tried = candidates.map(({ form, penalty, validationLoss, chosen }) => [
    form,
    penalty === null ? 'one weight' : `penalty ${penalty}`,
    validationLoss.toFixed(4),
    chosen ? paint('green', 'kept') : '',
  ]);
  const measured = [
    ['Expected calibration error', test.ece.toFixed(4), `before ${before.ece.toFixed(4)}`],
    ['Brier score', test.brier.toFixed(4), `before ${before.brier.toFixed(4)}`],
    ['Accuracy at one half', percent(test.accuracy, 2), `before ${percent(before.accuracy, 2)}`],
    ['Accuracy of a distance', percent(result.thresholdAccuracy, 2), 'threshold of other people'],
    ['', percent(result.bestThresholdAccuracy, 2), 'best threshold on these very pairs'],
  ];
  return [
    paint('bold', `Verifier of ${result.encoder}: ${result.file}`),
    `${count(photos, 'photo')}, ${withoutFace} without a usable face; ` +
      `${count(single, 'person', 'people')} with one photo, used against others only`,
    table(rows),
    table(tried),
    'On people who took no part, mated and non-mated pairs weighing the same:',
    table(measured),
    paint('dim', duration(seconds * 1000)),
  ].join('\n');
}

interface StyleOptions {
  readonly teacher?: string;
  readonly images: string[];
  readonly from?: string;
  readonly id: string;
  readonly work?: string;
  readonly seed?: number;
  readonly steps?: number;
  readonly batch?: number;
  readonly paintings?: number;
  readonly side?: number;
  readonly learningRate?: number;
  readonly gramWeight?: number;
  readonly validation?: number;
  readonly report?: string;
}

/** Adds to `train`, which must be registered already. */
export function registerTrainStyleEncoder(program: Command, act: Act): void {
  const train = program.commands.find((command) => command.name() === 'train') ?? program;
  train
    .command('style-encoder')
    .description('teach a small encoder of style what a large one says of pictures')
    .option('--teacher <model>', 'the style encoder to learn from (default: vgg19)')
    .requiredOption('--images <folder...>', 'folders with pictures of any kind')
    .option('--from <model>', 'a student to go on with (default: the teacher, thinned out)')
    .option('--id <name>', 'what the new model is called', 'style-trained')
    .option('--work <folder>', 'keeps the checkpoint; the same folder goes on from there')
    .option('--seed <n>', 'the same seed gives the same weights', wholeNumber(0))
    .option('--steps <n>', 'of gradient descent', wholeNumber(1))
    .option('--batch <n>', 'cuts per step', wholeNumber(1, 256))
    .option('--paintings <n>', 'cuts that are paintings in the making', wholeNumber(0, 256))
    .option('--side <pixels>', 'of a cut, a multiple of 4', wholeNumber(32, 512))
    .option('--learning-rate <x>', 'at its highest', positiveNumber)
    .option('--gram-weight <x>', 'of Gram matrices beside activations', share(0, 1000))
    .option('--validation <share>', 'of the pictures: measured, not learned', share(0.01, 0.5))
    .option('--report <file>', 'write curves as .html', outputFile('.html', '.htm'))
    .addHelpText('after', '\nThe model in use stays as it is; "models use" chooses the new one.')
    .action(act(trainStyleEncoder));
}

async function trainStyleEncoder(
  { dispatch, settings }: CommandContext,
  { report, work, ...options }: StyleOptions,
): Promise<Answer> {
  const folder = work ?? path.join(settings.dataDir, 'training', options.id);
  const result = await dispatch('training.styleEncoder', {
    ...options,
    images: options.images.map((root) => path.resolve(root)),
    work: path.resolve(folder),
  });
  if (report !== undefined) {
    const { styleTrainingReport } = await import('../report/training.ts');
    await writeReport(report, styleTrainingReport(result));
  }
  return await folderAnswer(result, (paint) => styleTrainingText(result, paint));
}

function styleTrainingText(result: StyleEncoderTraining, paint: Paint): string {
  const { model, teacher, pictures, unreadable, leftOut, flopsPerPixel, curve } = result;
  const { student, teacher: whole } = flopsPerPixel;
  const facts = [
    ['Pictures', `${grouped(pictures.training)} train, ${grouped(pictures.validation)} validate`],
    ['Parameters', grouped(result.parameters)],
    ['Arithmetic', `${percent(student / whole, 1)} of that of ${teacher}`],
    ['Time', duration(result.seconds * 1000)],
  ];
  const layers = curve.at(-1)!.layers.map(({ layer }) => layer);
  const head = ['Gram matrices, off by', ...layers];
  const rows = curve.map(({ step, layers: measured }) => [
    `step ${grouped(step)}`,
    ...measured.map(({ gram }) => percent(gram, 2)),
  ]);
  return [
    paint('bold', `Trained ${model.id} (${size(model.bytes)}), taught by ${teacher}.`),
    table(facts),
    ...(unreadable.length > 0 ? [unreadableText(unreadable)] : []),
    ...(leftOut > 0 ? [`${count(leftOut, 'picture')} more than fit into memory left out.`] : []),
    table([head, ...rows]),
    `To paint with it: likeness models use ${model.id}, or stylize --encoder ${model.id}.`,
  ].join('\n');
}

const SHOWN = 5;

function unreadableText(files: readonly string[]): string {
  const shown = files.slice(0, SHOWN).map((file) => clipped(path.basename(file), 40));
  const more = files.length > SHOWN ? ', …' : '';
  return `Left out, no pictures that can be read: ${count(files.length, 'file')} (${shown.join(', ')}${more})`;
}

interface Options extends TripletOptions {
  readonly teacher?: string;
  readonly images: string[];
  readonly id?: string;
  readonly work?: string;
  readonly batch?: number;
  readonly penalty?: number;
}

const DEFAULT_ID = 'encoder-trained';

export function registerTrain(program: Command, act: Act): void {
  const train = program.command('train').description('learn on this machine');
  const encoder = train
    .command('encoder')
    .description('train an encoder of faces with triplets, or by what a stronger one knows')
    .option('--teacher <model>', 'learn from this encoder instead of triplets')
    .requiredOption(
      '--images <root...>',
      'folders of photos, or with one subfolder of photos per person',
    )
    .option('--from <model>', 'the encoder to begin with')
    .option('--id <name>', 'what the new model is called', DEFAULT_ID)
    .option('--work <folder>', 'keeps faces and checkpoint; the same folder goes on from there')
    .option('--seed <n>', 'the same seed gives the same weights', wholeNumber(0))
    .option('--epochs <n>', 'passes after the last layer is fitted; 0: only that', wholeNumber(0))
    .option('--batch <n>', 'faces per step', wholeNumber(2, 512))
    .option('--freeze <name...>', 'layers whose names begin so keep their weights')
    .option('--learning-rate <x>', 'relative to the size of each layer', positiveNumber)
    .option('--penalty <x>', 'with a teacher: on the fitted last layer', positiveNumber)
    .option('--validation <share>', 'of the people: measured after each epoch', peopleShare)
    .option('--test <share>', 'of the people: measured at the end', peopleShare);
  addTripletOptions(encoder)
    .addHelpText(
      'after',
      '\nThe models in use stay as they are; "models use" chooses the new one. Aligned faces stay in' +
        '\nthe work folder until you delete it.',
    )
    .action(act(trainEncoder));
}

/** @throws InvalidArgumentError unless 0 ≤ share ≤ 0.9, as the contract has it. */
const peopleShare = (text: string): number => (text === '0' ? 0 : positiveNumber(text));

async function trainEncoder(
  context: CommandContext,
  { id = DEFAULT_ID, work, ...options }: Options,
): Promise<Answer> {
  const folder = work ?? path.join(context.settings.dataDir, 'training', id);
  const places = {
    id,
    images: options.images.map((root) => path.resolve(root)),
    work: path.resolve(folder),
  };
  const { teacher } = options;
  if (teacher === undefined) return trainByTriplets(context, { ...options, ...places });
  refuseTripletOptions(options);
  const result = await context.dispatch('training.encoder', { ...options, ...places, teacher });
  return await folderAnswer(result, (paint) => trainingText(result, paint));
}

function trainingText(result: EncoderTraining, paint: Paint): string {
  const { model, faces, photos, withoutFace, trained, parameters, seconds, curve } = result;
  const facts = [
    ['Photos', `${count(photos, 'photo')}, ${withoutFace} without a usable face`],
    ['Faces', `${faces.training} train, ${faces.validation} validate, ${faces.test} test`],
    ['Parameters', `${trained.toLocaleString('en-GB')} of ${parameters.toLocaleString('en-GB')}`],
    ['Time', duration(seconds * 1000)],
  ];
  const epochs = curve.map(({ epoch, cosine, validation }) => [
    epoch === 0 ? 'last layer fitted' : `epoch ${epoch}`,
    cosine === null ? '' : `cosine ${cosine.toFixed(3)}`,
    ...rates(validation),
  ]);
  const { former, teacher } = result.test;
  const rows = [
    [
      '',
      ...(result.test.trained?.tar ?? []).map(
        ({ far }) => `FAR ${Number((far * 100).toPrecision(3))} %`,
      ),
    ],
    ['before', ...rates(former)],
    ['trained', ...rates(result.test.trained)],
    ['teacher', ...rates(teacher)],
  ];
  return [
    paint('bold', `Trained ${model.id} (${size(model.bytes)}).`),
    table(facts),
    table(epochs),
    result.test.trained === null
      ? 'Nobody with two photos was kept apart, so nothing could be measured.'
      : `On people who took no part, all against all, TAR:\n${table(rows)}`,
    `To use it: likeness models use ${model.id}. People who are enrolled must be enrolled again.`,
  ].join('\n');
}

const rates = (separation: Separation | null): string[] =>
  separation?.tar.map(({ tar }) => percent(tar, 1)) ?? [];
