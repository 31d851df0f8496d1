import type { Command } from 'commander';
import type { CommandOutput, Person, PersonDetails } from '../../../../contract/commands.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { personReference, wholeNumber } from '../arguments.ts';
import { indent, table, count, day, distance, percent, type Paint } from '../output/text.ts';

type Reference = number | string;

export function registerPeople(program: Command, act: Act): void {
  const people = program.command('people').description('who is enrolled');
  people.command('list').description('everyone, with the number of templates').action(act(list));
  people
    .command('show')
    .description('one person, with templates and notes of consent')
    .argument('<person>', 'number or exact name', personReference)
    .action(act(show));
  people
    .command('rename')
    .description('give a person another name')
    .argument('<person>', 'number or exact name', personReference)
    .argument('<name>', 'the new name')
    .action(act(rename));
  people
    .command('merge')
    .description('move all templates of one person to another, and delete the first')
    .argument('<from>', 'number or exact name', personReference)
    .argument('<into>', 'number or exact name', personReference)
    .action(act(merge));
  people
    .command('split')
    .description('move some templates of a person to a new one')
    .argument('<person>', 'number or exact name', personReference)
    .argument('<name>', 'of the new person')
    .argument('<templates...>', 'their numbers, see "people show"')
    .action(act(split));
  people
    .command('reject')
    .description('say that a photo does not show this person, who was taken for them')
    .argument('<person>', 'number or exact name', personReference)
    .argument('<image>', 'the photo; of several faces the largest')
    .action(act(reject));
  people
    .command('unreject')
    .description('take that back')
    .argument('<person>', 'number or exact name', personReference)
    .argument('<example>', 'its number, see "people show"', wholeNumber(1))
    .action(act(takeBack));
  people
    .command('delete')
    .description('delete a person and everything kept of them')
    .argument('<person>', 'number or exact name', personReference)
    .option('--yes', 'do not ask')
    .action(act(remove));
  people.addHelpText('after', '\nA name that is itself a number is written name:12.');
}

async function list({ dispatch }: CommandContext): Promise<Answer> {
  const result = await dispatch('people.list', {});
  // Its warnings are shown; a list must not fail because no encoder runs.
  if (result.people.length > 0) await dispatch('models.strangers', {}).catch(() => null);
  return { json: result, text: (paint) => listText(result.people, paint) };
}

async function show({ dispatch }: CommandContext, person: Reference): Promise<Answer> {
  const result = await dispatch('people.show', { person });
  return { json: result, text: (paint) => detailsText(result.person, paint) };
}

async function rename(
  { dispatch }: CommandContext,
  person: Reference,
  name: string,
): Promise<Answer> {
  const result = await dispatch('people.rename', { person, name });
  return { json: result, text: (paint) => `Renamed to ${personText(result.person, paint)}` };
}

async function merge(
  { dispatch }: CommandContext,
  from: Reference,
  into: Reference,
): Promise<Answer> {
  const result = await dispatch('people.merge', { from, into });
  return { json: result, text: (paint) => `Merged into ${personText(result.person, paint)}` };
}

async function split(
  { dispatch }: CommandContext,
  person: Reference,
  name: string,
  templates: readonly string[],
): Promise<Answer> {
  const result = await dispatch('people.split', { person, name, templates: templates.map(Number) });
  return {
    json: result,
    text: (paint) =>
      `Split ${personText(result.person, paint)} off ${personText(result.from, paint)}`,
  };
}

async function reject(
  { dispatch }: CommandContext,
  person: Reference,
  image: string,
): Promise<Answer> {
  const result = await dispatch('people.reject', { person, image: { path: image } });
  const { example, distance: apart, threshold } = result;
  return {
    json: result,
    text: (paint) =>
      `Noted as example ${example}: not ${personText(result.person, paint)}. It is ${distance(apart)} away; from now on nobody beyond ${distance(threshold)} is taken for them.`,
  };
}

async function takeBack(
  { dispatch }: CommandContext,
  person: Reference,
  example: number,
): Promise<Answer> {
  const result = await dispatch('people.unreject', { person, example });
  return { json: result, text: (paint) => `Taken back for ${personText(result.person, paint)}` };
}

async function remove(
  context: CommandContext,
  person: Reference,
  { yes }: { readonly yes?: boolean },
): Promise<Answer> {
  if (yes !== true) await askToDelete(context, person);
  const { deleted, receipt } = await context.dispatch('people.delete', { person });
  return {
    json: { person: deleted, deleted: true, receipt },
    text: (paint) => [`Deleted ${personText(deleted, paint)}`, ...remainders(receipt)].join('\n'),
  };
}

type Receipt = CommandOutput<'people.delete'>['receipt'];

/** What of a person is still on the disk, and why. */
function remainders({ scrubbed, obstacle, remaining }: Receipt): string[] {
  const why: Record<NonNullable<Receipt['obstacle']>, string> = {
    'in-use': 'another program is reading it',
    'disk-full': 'the disk is full',
    unwritable: 'a file could not be written or removed',
  };
  const traces =
    scrubbed || obstacle === null
      ? []
      : [`Traces are still in the database: ${why[obstacle]}. They go as soon as that ends.`];
  if (remaining.length === 0) return traces;
  const files = remaining.map(({ file, kind }) => `${kind}: ${file}`).join('\n');
  return [...traces, 'These files may still hold or show the person:', indent(files)];
}

async function askToDelete(
  { dispatch, terminal }: CommandContext,
  reference: Reference,
): Promise<void> {
  const { person } = await dispatch('people.show', { person: reference });
  const answer = await terminal.confirm(
    `Delete ${person.name} with ${count(person.templates, 'template')}? This cannot be undone.`,
  );
  if (answer === true) return;
  const { LikenessError } = await import('../../../../contract/errors.ts');
  if (answer === false) throw new LikenessError('cancelled', `${person.name} was not deleted.`);
  throw new LikenessError(
    'invalid_input',
    'Nobody is here to confirm the deletion. Add --yes to delete without a question.',
  );
}

const personText = ({ id, name, templates }: Person, paint: Paint) =>
  `${paint('bold', name)} (${id}), ${count(templates, 'template')}`;

function listText(people: readonly Person[], paint: Paint): string {
  if (people.length === 0) return 'Nobody is enrolled. Start with: likeness enroll <name> <image…>';
  const titles = ['id', 'name', 'templates', 'since'].map((title) => paint('dim', title));
  const rows = people.map(({ id, name, templates, createdAt }) => [
    `${id}`,
    name,
    `${templates}`,
    day(createdAt),
  ]);
  return table([titles, ...rows], ['right', 'left', 'right']);
}

function detailsText(person: PersonDetails, paint: Paint): string {
  const titles = ['template', 'model', 'quality', 'photo', 'from', 'since'];
  const rows = person.templateList.map((template) => [
    `${template.id}`,
    `${template.modelId} ${template.modelVersion}`,
    percent(template.quality, 0),
    template.photoHash.slice(0, 12),
    template.source ?? '',
    day(template.createdAt),
  ]);
  return [
    `${personText(person, paint)}, since ${day(person.createdAt)}`,
    indent(table([titles.map((title) => paint('dim', title)), ...rows], ['right'])),
    ...person.impostors.map(
      ({ id, modelId, createdAt }) =>
        `Not this person: example ${id} of ${day(createdAt)}, ${modelId}`,
    ),
    ...person.consents.map(({ note, createdAt }) => `Consent of ${day(createdAt)}: ${note}`),
  ].join('\n');
}
