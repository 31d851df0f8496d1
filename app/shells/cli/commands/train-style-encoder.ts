import path from 'node:path';
import type { Command } from 'commander';
import type { StyleEncoderTraining } from '../../../../contract/style-training-commands.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { outputFile, positiveNumber, share, wholeNumber } from '../arguments.ts';
import type { Paint } from '../output/paint.ts';
import { folderAnswer } from '../output/refusals.ts';
import { table } from '../output/table.ts';
import { clipped, count, duration, grouped, percent, size } from '../output/words.ts';
import { writeReport } from '../report/write.ts';

interface Options {
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
  { report, work, ...options }: Options,
): Promise<Answer> {
  const folder = work ?? path.join(settings.dataDir, 'training', options.id);
  const result = await dispatch('training.styleEncoder', {
    ...options,
    images: options.images.map((root) => path.resolve(root)),
    work: path.resolve(folder),
  });
  if (report !== undefined) {
    const { styleTrainingReport } = await import('../report/style-training.ts');
    await writeReport(report, styleTrainingReport(result));
  }
  return await folderAnswer(result, (paint) => trainingText(result, paint));
}

function trainingText(result: StyleEncoderTraining, paint: Paint): string {
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
