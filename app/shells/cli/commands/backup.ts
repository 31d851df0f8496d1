import type { Command } from 'commander';
import type { Act, Answer, CommandContext } from '../act.ts';
import { count, size } from '../output/text.ts';

export function registerBackup(program: Command, act: Act): void {
  const backup = program.command('backup').description('copies of everything that is kept');
  backup
    .command('create')
    .description('copy the database into one file, while it is in use')
    .argument('<file>', 'the file to write')
    .action(act(create));
  backup
    .command('restore')
    .description('put a backup in the place of what is there now, which is kept beside it')
    .argument('<file>', 'a backup')
    .option('--yes', 'do not ask')
    .action(act(restore));
}

async function create({ dispatch, settings }: CommandContext, file: string): Promise<Answer> {
  const result = await dispatch('backup.create', { file, replace: settings.force });
  const { bytes, people } = result;
  const text = `${result.file}: ${count(people, 'person', 'people')}, ${size(bytes)}`;
  return { json: result, text: () => text };
}

async function restore(
  context: CommandContext,
  file: string,
  { yes }: { readonly yes?: boolean },
): Promise<Answer> {
  if (yes !== true) await askToRestore(context, file);
  const result = await context.dispatch('backup.restore', { file });
  const { people, templates, formerKept } = result;
  const restored = `${count(people, 'person', 'people')} with ${count(templates, 'template')}`;
  return {
    json: result,
    text: () => `Restored ${restored}.\nWhat was there is kept in ${formerKept}`,
  };
}

async function askToRestore({ terminal }: CommandContext, file: string): Promise<void> {
  const answer = await terminal.confirm(`Replace everyone who is enrolled by those of ${file}?`);
  if (answer === true) return;
  const { LikenessError } = await import('../../../../contract/errors.ts');
  if (answer === false) throw new LikenessError('cancelled', 'Nothing was restored.');
  throw new LikenessError(
    'invalid_input',
    'Nobody is here to confirm the restoration. Add --yes to restore without a question.',
  );
}
