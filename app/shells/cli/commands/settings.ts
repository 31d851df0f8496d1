import type { Command } from 'commander';
import type { CommandInput, CommandOutput } from '../../../../contract/commands.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { table, type Paint } from '../output/text.ts';

type Changes = CommandInput<'settings.set'>['changes'];
type Settings = CommandOutput<'settings.get'>['settings'];

export function registerSettings(program: Command, act: Act): void {
  const settings = program.command('settings').description('choices that outlive a restart');
  settings.command('show', { isDefault: true }).description('all settings').action(act(show));
  settings
    .command('set')
    .description('change a setting')
    .argument('<name>', 'as "settings show" calls it, e.g. kiosk.resultSeconds')
    .argument('<value>', 'true, false, null, a number, or a text')
    .action(act(set));
  settings
    .command('folders')
    .description('folders that programs with a key may use')
    .action(act(folders));
  settings
    .command('allow-folder')
    .description('let programs with a key read a folder; they write <name>/file')
    .argument('<name>', 'how programs call it')
    .argument('<folder>', 'the folder')
    .option('--write', 'they may also write, and replace what lies there', false)
    .action(act(allowFolder));
  settings
    .command('remove-folder')
    .description('let programs into a folder no more')
    .argument('<name>', 'how programs call it')
    .action(act(removeFolder));
}

async function folders({ dispatch }: CommandContext): Promise<Answer> {
  const { folders: shared } = await dispatch('access.listFolders', {});
  return {
    json: { folders: shared },
    text: (paint) =>
      shared.length === 0
        ? 'Programs may read no folders.'
        : table(shared.map(({ name, path, access }) => [paint('bold', name), path, access])),
  };
}

async function allowFolder(
  { dispatch }: CommandContext,
  name: string,
  path: string,
  { write }: { readonly write: boolean },
): Promise<Answer> {
  const access = write ? 'read and write' : 'read';
  const { folder } = await dispatch('access.allowFolder', { name, path, access });
  return { json: { folder }, text: () => `Programs may ${access} ${folder.name}: ${folder.path}` };
}

async function removeFolder({ dispatch }: CommandContext, name: string): Promise<Answer> {
  await dispatch('access.removeFolder', { name });
  return { json: { removed: name }, text: () => `Programs may not use ${name} any more` };
}

async function show({ dispatch }: CommandContext): Promise<Answer> {
  return answer((await dispatch('settings.get', {})).settings);
}

async function set({ dispatch }: CommandContext, name: string, value: string): Promise<Answer> {
  const { settings } = await dispatch('settings.get', {});
  if (!named(settings).some(([known]) => known === name)) throw await unknown(name, settings);
  const { settings: next } = await dispatch('settings.set', { changes: changeOf(name, value) });
  return answer(next);
}

const answer = (settings: Settings): Answer => ({
  json: { settings },
  text: (paint: Paint) =>
    table(named(settings).map(([name, value]) => [paint('bold', name), JSON.stringify(value)])),
});

/** As people write them: those of the kiosk as `kiosk.…`. */
const named = ({ kiosk, ...others }: Settings): (readonly [string, unknown])[] => [
  ...Object.entries(others),
  ...Object.entries(kiosk).map(([name, value]) => [`kiosk.${name}`, value] as const),
];

/** What does not fit is refused by the contract. */
function changeOf(name: string, text: string): Changes {
  const value = valueOf(text);
  const [group, member] = name.split('.');
  return member === undefined ? { [name]: value } : { [group!]: { [member]: value } };
}

function valueOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
}

async function unknown(name: string, settings: Settings) {
  const { LikenessError } = await import('../../../../contract/errors.ts');
  const known = named(settings).map(([each]) => each);
  return new LikenessError(
    'invalid_input',
    `There is no setting ${name}. There are: ${known.join(', ')}.`,
    { details: { fields: [{ field: name, message: 'is unknown' }] } },
  );
}
