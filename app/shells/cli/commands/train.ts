import path from 'node:path';
import type { Command } from 'commander';
import type { EncoderTraining, Separation } from '../../../../contract/training-commands.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { positiveNumber, wholeNumber } from '../arguments.ts';
import type { Paint } from '../output/paint.ts';
import { folderAnswer } from '../output/refusals.ts';
import { table } from '../output/table.ts';
import { count, duration, percent, size } from '../output/words.ts';
import {
  addTripletOptions,
  refuseTripletOptions,
  trainByTriplets,
  type TripletOptions,
} from './train-triplets.ts';

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
    .option('--validation <share>', 'of the people: measured after each epoch', share)
    .option('--test <share>', 'of the people: measured at the end', share);
  addTripletOptions(encoder)
    .addHelpText(
      'after',
      '\nThe models in use stay as they are; "models use" chooses the new one. Aligned faces stay in' +
        '\nthe work folder until you delete it.',
    )
    .action(act(trainEncoder));
}

/** @throws InvalidArgumentError unless 0 ≤ share ≤ 0.9, as the contract has it. */
const share = (text: string): number => (text === '0' ? 0 : positiveNumber(text));

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
  const from = options.from ?? 'encoder-resnet29';
  const result = await context.dispatch('training.encoder', {
    ...options,
    ...places,
    ...{ teacher, from },
  });
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
