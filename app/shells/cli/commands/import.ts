import type { Command } from 'commander';
import type { CommandOutput } from '../../../../contract/commands.ts';
import type { Act } from '../act.ts';
import { largestOption, severalFaces } from '../arguments.ts';
import { count, duration, type Paint } from '../output/text.ts';
import { folderAnswer } from '../output/refusals.ts';

export function registerImport(program: Command, act: Act): void {
  program
    .command('import')
    .description('enroll everyone of a folder with one subfolder of photos per person')
    .argument('<folder>', 'the folder; its subfolders are named after people')
    .option(...largestOption)
    .addHelpText(
      'after',
      '\nSafe to stop and to run again: what is enrolled is not enrolled twice.',
    )
    .action(
      act(async ({ dispatch }, root: string, options: { readonly largest?: boolean }) => {
        const input = { root, severalFaces: severalFaces(options.largest) };
        const result = await dispatch('enrollment.importFolder', input);
        const text = (paint: Paint) => importText(result, paint);
        return await folderAnswer(result, text, result.refused);
      }),
    );
}

function importText(result: CommandOutput<'enrollment.importFolder'>, paint: Paint): string {
  const { people, enrolled, alreadyEnrolled, elapsedMs } = result;
  const known = alreadyEnrolled > 0 ? `, ${count(alreadyEnrolled, 'photo')} enrolled before` : '';
  const who = paint('bold', count(people, 'person', 'people'));
  return `${who}: ${count(enrolled, 'photo')} enrolled${known}, ${duration(elapsedMs)}`;
}
