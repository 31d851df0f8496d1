import { Option, type Command } from 'commander';
import type { CommandInput, CommandOutput } from '../../../../contract/commands.ts';
import type { Act, Answer } from '../act.ts';
import { outputFile, wholeNumber } from '../arguments.ts';
import {
  table,
  count,
  distance,
  duration,
  grouped,
  percent,
  providerTitle,
  type Paint,
} from '../output/text.ts';
import { folderAnswer } from '../output/refusals.ts';
import { writeReport } from '../report/write.ts';

type Evaluation = CommandOutput<'evaluation.run'>;
type Comparisons = CommandInput<'evaluation.run'>['comparisons'];

type Detection = CommandOutput<'evaluation.detection'>;

interface Options {
  readonly images: string;
  readonly detection?: boolean;
  readonly boxes?: string;
  readonly withoutFaces?: string;
  readonly pairs?: string;
  readonly all?: boolean;
  readonly maxPerPerson?: number;
  readonly report?: string;
}

export function registerEvaluate(program: Command, act: Act): void {
  const command = program
    .command('evaluate')
    .description('measure recognition, or detection, on labeled photos')
    .requiredOption(
      '--images <root>',
      'a folder with one subfolder of photos per person, or per group',
    )
    .addOption(new Option('--pairs <file>', 'compare the pairs of an LFW pairs file'))
    .addOption(new Option('--all', 'compare every photo with every other').conflicts('pairs'))
    .addOption(
      new Option('--max-per-person <n>', 'with --all: take at most n photos of a person')
        .argParser(wholeNumber(1))
        .conflicts('pairs'),
    )
    .addOption(
      new Option('--detection', 'count the faces that are found instead').conflicts([
        'pairs',
        'all',
        'maxPerPerson',
      ]),
    )
    .option(
      '--boxes <file>',
      'with --detection: where the faces are (default: boxes.json, else one each)',
    )
    .option(
      '--without-faces <root>',
      'with --detection: photos in which every find is a false alarm',
    )
    .option('--report <file>', 'write curves and histograms as .html', outputFile('.html', '.htm'))
    .action(
      act(async ({ dispatch }, options: Options) => {
        if (options.detection === true) return await detection(options, dispatch);
        const comparisons = chosenComparisons(options, command);
        const result = await dispatch('evaluation.run', { images: options.images, comparisons });
        if (options.report !== undefined) await report(options.report, result);
        return await folderAnswer(result, (paint) => evaluationText(result, paint));
      }),
    );
}

function chosenComparisons({ pairs, all, maxPerPerson }: Options, command: Command): Comparisons {
  if (pairs !== undefined) return { kind: 'pairs', file: pairs };
  if (all !== true) command.error('one of --pairs <file>, --all and --detection is needed');
  return { kind: 'all', ...(maxPerPerson === undefined ? {} : { maxPerPerson }) };
}

type Dispatch = Parameters<Parameters<Act>[0]>[0]['dispatch'];

async function detection(
  { images, boxes, withoutFaces, report: file }: Options,
  dispatch: Dispatch,
): Promise<Answer> {
  const result = await dispatch('evaluation.detection', {
    images,
    ...(boxes === undefined ? {} : { boxes }),
    ...(withoutFaces === undefined ? {} : { withoutFaces }),
  });
  if (file !== undefined) {
    const { detectionReport } = await import('../report/detection.ts');
    await writeReport(file, await detectionReport(result));
  }
  return await folderAnswer(result, (paint) => detectionText(result, paint));
}

function detectionText(result: Detection, paint: Paint): string {
  const { model, photos, faces, found, withoutFaces, averagePrecision } = result;
  const range = ({ low, high }: Detection['recallInterval']): string =>
    `95 %: ${percent(low, 1)} to ${percent(high, 1)}`;
  const rows = [
    ['Found', `${grouped(found)} of ${grouped(faces)}`],
    ['Recall', percent(result.recall, 2), range(result.recallInterval)],
    ['False alarms per photo', result.falseAlarmsPerPhoto.toFixed(4)],
    ...(withoutFaces === null
      ? []
      : [
          [
            '  in photos without faces',
            `${withoutFaces.falseAlarms} in ${grouped(withoutFaces.photos)}`,
          ],
        ]),
    ...(averagePrecision === null ? [] : [['Average precision', percent(averagePrecision, 2)]]),
  ];
  const groups = result.groups.map(({ group, ...of }) => [
    group === '' ? '(no folder)' : group,
    `${grouped(of.found)} of ${grouped(of.faces)}`,
    of.recall === null ? '–' : percent(of.recall, 2),
    range(of.recallInterval),
  ]);
  const head = `${paint('bold', model)}: ${count(photos, 'photo')}`;
  const where = `${duration(result.elapsedMs)} on ${providerTitle(result.provider)}`;
  const parts = [head, table(rows), ...(groups.length > 1 ? [table(groups)] : [])];
  return `${parts.join('\n')}\n${paint('dim', where)}`;
}

async function report(file: string, result: Evaluation): Promise<void> {
  const { evaluationReport } = await import('../report/evaluation.ts');
  await writeReport(file, evaluationReport(result));
}

function evaluationText(result: Evaluation, paint: Paint): string {
  const { mated, nonMated, failures, photos } = result;
  const rates = Object.keys(result.tarAtFar)
    .sort((a, b) => Number(b) - Number(a))
    .map((far) => [
      `TAR at FAR ${Number((Number(far) * 100).toPrecision(6))} %`,
      percent(result.tarAtFar[far] ?? NaN, 2),
      `at distance ${distance(result.thresholdAtFar[far] ?? NaN)}`,
    ]);
  const rows = [
    ['Accuracy', `${percent(result.accuracy, 2)} ± ${percent(result.accuracyStd, 2)}`],
    ['Equal error rate', percent(result.eer, 2)],
    ...rates,
    ...reliabilityRows(result),
    ['Photos without a face', `${count(failures, 'photo')} of ${photos.toLocaleString('en-GB')}`],
  ];
  const pairs = `${count(mated, 'mated pair')}, ${count(nonMated, 'non-mated pair')}`;
  const how = `${result.facesPerSecond.toFixed(1)} faces per second, ${duration(result.elapsedMs)}`;
  const where = `${how} on ${providerTitle(result.provider)}`;
  return `${paint('bold', result.model)}: ${pairs}\n${table(rows)}\n${paint('dim', where)}`;
}

/** Of the probability that is shown beside every decision. */
function reliabilityRows({ reliability }: Evaluation): string[][] {
  if (reliability === null) return [];
  const { source, prior, mated, nonMated, brier, ece } = reliability;
  const whose = source === 'verifier' ? 'of the verifier' : 'of the curve on distance';
  const on = `on ${grouped(mated)} mated and ${count(nonMated, 'non-mated pair')}`;
  return [
    ['Brier score', brier.toFixed(4), `${whose}, ${on} (prior ${percent(prior)})`],
    ['Calibration error', ece.toFixed(4), 'expected: stated probability against what is true'],
  ];
}
