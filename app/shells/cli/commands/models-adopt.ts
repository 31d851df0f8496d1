import type { Command } from 'commander';
import type { CommandOutput } from '../../../../contract/commands.ts';
import type { AdoptedPerson } from '../../../../contract/model-commands.ts';
import type { Act } from '../act.ts';
import type { Paint } from '../output/paint.ts';
import { indent, table } from '../output/table.ts';
import { count } from '../output/words.ts';

type Adoption = CommandOutput<'models.adopt'>;
type Undone = CommandOutput<'models.undoAdoption'>;

interface Options {
  readonly undo?: boolean;
  readonly dryRun?: boolean;
}

export function registerAdopt(models: Command, act: Act): void {
  const command = models
    .command('adopt')
    .description('encode everyone again whose photo is kept, and use the encoder from then on')
    .argument('[id]', 'the encoder, as "models list" names it')
    .option('--undo', 'bring the encoder back that was in use before')
    .option('--dry-run', 'show what would happen, and change nothing')
    .action(
      act(async ({ dispatch }, id: string | undefined, { undo, dryRun = false }: Options) => {
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
