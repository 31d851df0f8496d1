import path from 'node:path';
import { Option, type Command } from 'commander';
import type { CommandInput } from '../../../../contract/commands.ts';
import type { ModelComparison } from '../../../../contract/comparison-commands.ts';
import type { Act } from '../act.ts';
import { outputFile, wholeNumber } from '../arguments.ts';
import { comparisonRows, fewPeople } from '../output/comparison.ts';
import type { Paint } from '../output/paint.ts';
import { folderAnswer } from '../output/refusals.ts';
import { table } from '../output/table.ts';
import { count, duration, grouped, providerTitle } from '../output/words.ts';
import { writeReport } from '../report/write.ts';

interface Options {
  readonly gallery?: true;
  readonly images?: string;
  readonly maxPerPerson?: number;
  readonly seed?: number;
  readonly report?: string;
}

export function registerCompare(models: Command, act: Act): void {
  const command = models
    .command('compare')
    .description('run two encoders on the same faces, and say which separates people better')
    .argument('<a>', 'an encoder, as "models list" names it')
    .argument('<b>', 'the other one')
    .addOption(
      new Option('--gallery', 'on the kept photos of the enrolled people (if nothing is said)'),
    )
    .addOption(
      new Option(
        '--images <root>',
        'on a folder with one subfolder of photos per person',
      ).conflicts('gallery'),
    )
    .addOption(
      new Option('--max-per-person <n>', 'with --images: take at most n photos of a person')
        .argParser(wholeNumber(2))
        .conflicts('gallery'),
    )
    .option('--seed <n>', 'the same seed gives the same intervals', wholeNumber(0))
    .option('--report <file>', 'write curves and figures as .html', outputFile('.html', '.htm'))
    .addHelpText('after', '\nWhich encoder is used does not change.')
    .action(
      act(async ({ dispatch }, a: string, b: string, options: Options) => {
        const { seed, report } = options;
        if (options.maxPerPerson !== undefined && options.images === undefined)
          command.error('--max-per-person goes with --images');
        const result = await dispatch('models.compare', {
          ...{ a, b, source: sourceOf(options) },
          ...(seed === undefined ? {} : { seed }),
        });
        if (report !== undefined) await write(report, result);
        return await folderAnswer(result, (paint) => comparisonText(result, paint));
      }),
    );
}

function sourceOf({ images, maxPerPerson }: Options): CommandInput<'models.compare'>['source'] {
  if (images === undefined) return { kind: 'gallery' };
  const limit = maxPerPerson === undefined ? {} : { maxPerPerson };
  return { kind: 'images', root: path.resolve(images), ...limit };
}

async function write(file: string, result: ModelComparison): Promise<void> {
  const { modelComparisonReport } = await import('../report/model-comparison.ts');
  await writeReport(file, modelComparisonReport(result));
}

function comparisonText(result: ModelComparison, paint: Paint): string {
  const { faces, people, mated, nonMated, unusable, photos, images } = result;
  const whose = images === null ? 'the people enrolled' : images;
  const [a, b] = result.encoders;
  const titles = ['', a.id, b.id, 'difference', '95 % of resamples'];
  const align = ['left', 'right', 'right', 'right', 'right'] as const;
  const rows = comparisonRows(result);
  const skipped = `${count(unusable, 'photo')} of ${grouped(photos)} could not be used`;
  const how = `${duration(result.elapsedMs)} on ${providerTitle(result.provider)}; times: ${count(result.timed, 'face')}, one after the other`;
  return [
    `${count(faces, 'face')} of ${count(people, 'person', 'people')} (${whose}): ${count(mated, 'mated pair')}, ${count(nonMated, 'non-mated pair')}; ${skipped}`,
    table([titles.map((title) => paint('dim', title)), ...rows], align),
    verdictText(result, paint),
    paint('dim', how),
  ].join('\n');
}

function verdictText({ verdict }: ModelComparison, paint: Paint): string {
  switch (verdict.kind) {
    case 'better':
      return `By the equal error rate, ${paint('green', verdict.id)} separates these people better.`;
    case 'undecided':
      return paint(
        'yellow',
        'By the equal error rate, neither separates these people better for certain.',
      );
    case 'too-few-people':
      return paint('yellow', fewPeople(verdict.needed));
  }
}
