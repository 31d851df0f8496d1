import path from 'node:path';
import { Option, type Command } from 'commander';
import type { CommandOutput, CommandInput, ModelSummary } from '../../../../contract/commands.ts';
import type { AdoptedPerson, ModelComparison } from '../../../../contract/models.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import {
  indent,
  table,
  count,
  duration,
  grouped,
  providerTitle,
  size,
  type Paint,
} from '../output/text.ts';
import { outputFile, wholeNumber } from '../arguments.ts';
import { comparisonRows, fewPeople, isBroken, modelTable } from '../output/models.ts';
import { folderAnswer } from '../output/refusals.ts';
import { writeReport } from '../report/write.ts';

type Adoption = CommandOutput<'models.adopt'>;
type Undone = CommandOutput<'models.undoAdoption'>;

interface AdoptOptions {
  readonly undo?: boolean;
  readonly dryRun?: boolean;
}

function registerAdopt(models: Command, act: Act): void {
  const command = models
    .command('adopt')
    .description('encode everyone again whose photo is kept, and use the encoder from then on')
    .argument('[id]', 'the encoder, as "models list" names it')
    .option('--undo', 'bring the encoder back that was in use before')
    .option('--dry-run', 'show what would happen, and change nothing')
    .action(
      act(async ({ dispatch }, id: string | undefined, { undo, dryRun = false }: AdoptOptions) => {
        if (undo === true) {
          if (id !== undefined)
            command.error('--undo takes no model: it brings the former one back');
          const undone = await dispatch('models.undoAdoption', { dryRun });
          return { json: undone, text: (paint) => undoneText(undone, paint) };
        }
        if (id === undefined) return command.error('name the encoder to adopt, or say --undo');
        const result = await dispatch('models.adopt', { id, dryRun });
        return { json: result, text: (paint) => adoptionText(result, paint) };
      }),
    );
}

const nameOf = ({ id, version }: Adoption['model']) => `${id} ${version}`;

function adoptionText(result: Adoption, paint: Paint): string {
  const { people, dryRun, added, former } = result;
  const again = people.filter(({ enrollAgain }) => enrollAgain);
  const model = paint('bold', nameOf(result.model));
  const head = dryRun
    ? `${model} would be used from now on, with ${count(added, 'new template')}. Nothing was changed.`
    : `${model} is used from now on, with ${count(added, 'new template')}.`;
  const undo =
    former === null || dryRun
      ? []
      : [paint('dim', `To go back to ${nameOf(former)}: likeness models adopt --undo`)];
  return [head, ...peopleTable(people, paint), ...enrollAgainText(again, paint), ...undo].join(
    '\n',
  );
}

function peopleTable(people: readonly AdoptedPerson[], paint: Paint): string[] {
  if (people.length === 0) return ['Nobody is enrolled.'];
  const titles = ['id', 'name', 'photos', 'had it', 'original', 'portrait', 'not kept', ''];
  const rows = people.map((person) => {
    const { photos, present, fromOriginals, fromPortraits } = person;
    return [
      `${person.personId}`,
      person.name,
      ...[photos, present, fromOriginals, fromPortraits].map(String),
      `${photos - present - fromOriginals - fromPortraits}`,
      person.enrollAgain ? paint('yellow', 'enroll again') : paint('green', 'known'),
    ];
  });
  const align = ['right', 'left', 'right', 'right', 'right', 'right', 'right'] as const;
  return [indent(table([titles.map((title) => paint('dim', title)), ...rows], align))];
}

function enrollAgainText(again: readonly AdoptedPerson[], paint: Paint): string[] {
  if (again.length === 0) return [];
  const rows = again.map(({ name, reasons }) => [name, reasons.join(' ')]);
  const title = `${count(again.length, 'person', 'people')} must be enrolled again:`;
  return [paint('yellow', title), indent(table(rows))];
}

function undoneText({ model, left, dryRun, since, unknown }: Undone, paint: Paint): string {
  const head = dryRun
    ? `${paint('bold', nameOf(model))} would be used again. Nothing was changed.`
    : `${paint('bold', nameOf(model))} is used again. The templates of ${nameOf(left)} are kept.`;
  const photos = since.map(({ name, photos: n }) => [name, count(n, 'photo')]);
  return [
    head,
    ...(since.length === 0
      ? []
      : [`Enrolled since, and known to ${nameOf(left)} only:`, indent(table(photos))]),
    ...(unknown.length === 0
      ? []
      : [
          paint(
            'yellow',
            `Unknown to ${nameOf(model)}: ${unknown.map(({ name }) => name).join(', ')}.`,
          ),
        ]),
  ].join('\n');
}

interface CompareOptions {
  readonly gallery?: true;
  readonly images?: string;
  readonly maxPerPerson?: number;
  readonly seed?: number;
  readonly report?: string;
}

function registerCompare(models: Command, act: Act): void {
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
      act(async ({ dispatch }, a: string, b: string, options: CompareOptions) => {
        const { seed, report } = options;
        if (options.maxPerPerson !== undefined && options.images === undefined)
          command.error('--max-per-person goes with --images');
        const result = await dispatch('models.compare', {
          a,
          b,
          source: sourceOf(options),
          ...(seed === undefined ? {} : { seed }),
        });
        if (report !== undefined) await write(report, result);
        return await folderAnswer(result, (paint) => comparisonText(result, paint));
      }),
    );
}

function sourceOf({
  images,
  maxPerPerson,
}: CompareOptions): CommandInput<'models.compare'>['source'] {
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

export function registerModels(program: Command, act: Act): void {
  const models = program.command('models').description('the networks that do the work');
  models.command('list').description('all models and their state').action(act(list));
  models
    .command('verify')
    .description('hash every model file again and prove that it loads')
    .action(act(verify));
  models
    .command('fetch')
    .description('download a pinned model of the catalog')
    .argument('<id>', 'as "models list" names it')
    .option('--from <folder or URL>', 'take it from another place than the catalog says')
    .action(act(fetch));
  models
    .command('import')
    .description("add somebody else's detector or encoder")
    .argument('<file>', 'the ONNX file')
    .option('--manifest <json>', 'how to feed it and what it gives; proposed for known families')
    .option('--id <id>', 'what to call it, where the manifest is proposed')
    .option('--propose', 'only print the manifest that fits, to be corrected by hand')
    .action(act(importModel));
  models
    .command('use')
    .description('choose the model of its role that is used from now on')
    .argument('<id>', 'as "models list" names it')
    .action(act(use));
  registerAdopt(models, act);
  registerCompare(models, act);
}

async function list({ dispatch }: CommandContext): Promise<Answer> {
  const result = await dispatch('models.list', {});
  return { json: result, text: (paint) => modelTable(result.models, paint) };
}

async function verify({ dispatch }: CommandContext): Promise<Answer> {
  const result = await dispatch('models.verify', {});
  const answer: Answer = { json: result, text: (paint) => modelTable(result.models, paint) };
  return result.ok ? answer : { ...answer, failure: await brokenModels(result.models) };
}

async function brokenModels(models: readonly ModelSummary[]) {
  const { LikenessError } = await import('../../../../contract/errors.ts');
  const broken = models.filter(isBroken).map(({ id, state }) => ({ id, state }));
  const named = broken.map(({ id, state }) => `${id} is ${state}`).join(', ');
  const remedy = 'Build or fetch them again.';
  return new LikenessError('model_corrupt', `Not every model is sound: ${named}. ${remedy}`, {
    details: { models: broken },
  });
}

async function fetch(
  { dispatch }: CommandContext,
  id: string,
  { from }: { readonly from?: string },
): Promise<Answer> {
  const result = await dispatch('models.fetch', { id, ...(from === undefined ? {} : { from }) });
  const { model, resumedFrom } = result;
  const resumed = resumedFrom > 0 ? `, resumed at ${size(resumedFrom)}` : '';
  const said = `Fetched ${model.id} (${size(model.bytes)}${resumed}); its hash is right.`;
  return { json: result, text: () => said };
}

async function importModel(
  { dispatch }: CommandContext,
  file: string,
  options: { readonly manifest?: string; readonly id?: string; readonly propose?: true },
): Promise<Answer> {
  const result = await dispatch('models.import', { file, ...options });
  const { model, manifest, family } = result;
  if (model === null) return { json: result, text: () => JSON.stringify(manifest, undefined, 2) };
  const taken = family === null ? '' : ` It was taken for ${family}.`;
  const said =
    `Imported the ${model.role} ${model.id}.${taken} ` +
    `To use it from now on: likeness models use ${model.id}`;
  return { json: result, text: () => said };
}

async function use({ dispatch }: CommandContext, id: string): Promise<Answer> {
  const result = await dispatch('models.use', { id });
  return { json: result, text: () => `The ${result.model.role} is now ${result.model.id}.` };
}
