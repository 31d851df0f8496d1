import path from 'node:path';
import type { Command } from 'commander';
import type { VerifierTraining } from '../../../../contract/verifier-commands.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { outputFile, positiveNumber, wholeNumber } from '../arguments.ts';
import type { Paint } from '../output/paint.ts';
import { folderAnswer } from '../output/refusals.ts';
import { table } from '../output/table.ts';
import { count, duration, percent } from '../output/words.ts';
import { writeReport } from '../report/write.ts';

interface Options {
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
  { report, ...options }: Options,
): Promise<Answer> {
  const images = path.resolve(options.images);
  const result = await dispatch('training.verifier', { ...options, images });
  if (report !== undefined) {
    const { verifierReport } = await import('../report/verifier.ts');
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
