import { Option, type Command } from 'commander';
import type { CommandInput, CommandOutput } from '../../../../contract/commands.ts';
import { zonedTime } from '../../../services/kept-settings.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { outputFile, wholeNumber } from '../arguments.ts';
import { table, count, type Paint } from '../output/text.ts';
import { writeReport } from '../report/write.ts';

type Kind = NonNullable<CommandInput<'activity.list'>['kinds']>[number];

interface Options {
  readonly kind?: Kind[];
  readonly person?: number;
  readonly limit: number;
  readonly csv?: string;
}

export function registerActivity(program: Command, act: Act): void {
  const parent = program
    .command('activity')
    .description('what was done, the newest first')
    .addOption(new Option('--kind <kind...>', 'only such entries, e.g. enrolled or deleted'))
    .option('--person <number>', 'only entries about one person', wholeNumber(1))
    .option('--limit <n>', 'at most so many entries', wholeNumber(1, 1000), 50)
    .option('--csv <file>', 'write all of them as CSV', outputFile('.csv'))
    .action(act(activity));
  parent
    .command('expire')
    .description('delete entries that are too old, after the clock has jumped ahead')
    .option('--yes', 'the clock is right; do not ask')
    .action(act(expire));
}

async function expire(
  { dispatch, terminal }: CommandContext,
  { yes }: { readonly yes?: boolean },
): Promise<Answer> {
  const { hold } = await dispatch('activity.overdue', {});
  if (hold === null) return { json: { activity: 0, attendance: 0 }, text: () => 'Nothing waits.' };
  const { today, lastKnown } = hold;
  const entries = count(hold.activity + hold.attendance, 'old entry', 'old entries');
  const said = `The clock says ${today}; Likeness last saw ${lastKnown}.`;
  const sure = yes ?? (await terminal.confirm(`${said} Is it right, and may ${entries} go?`));
  if (sure !== true) {
    const { LikenessError } = await import('../../../../contract/errors.ts');
    throw new LikenessError(
      'clock_jumped',
      `${said} ${entries} stayed. Set the clock, or add --yes where it is right.`,
      { details: { ...hold } },
    );
  }
  const gone = await dispatch('activity.expire', { today });
  const deleted = count(gone.activity + gone.attendance, 'entry', 'entries');
  return { json: gone, text: () => `${deleted} deleted` };
}

async function activity(
  { dispatch }: CommandContext,
  { kind, person, limit, csv }: Options,
): Promise<Answer> {
  const filter = {
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(person === undefined ? {} : { person }),
  };
  if (csv !== undefined) {
    const exported = await dispatch('activity.export', filter);
    await writeReport(csv, exported.csv);
    const { rows } = exported;
    return { json: { file: csv, rows }, text: () => `${csv}: ${count(rows, 'entry', 'entries')}` };
  }
  const result = await dispatch('activity.list', { ...filter, limit });
  return { json: result, text: (paint) => activityText(result, paint) };
}

function activityText({ entries, more }: CommandOutput<'activity.list'>, paint: Paint): string {
  if (entries.length === 0) return 'Nothing has been noted.';
  const titles = ['time', 'what', 'who', 'counts'].map((title) => paint('dim', title));
  const rows = entries.map(({ createdAt, kind, person, counts }) => [
    zonedTime(createdAt, '').slice(0, 19).replace('T', ' '),
    kind,
    person?.name ?? '',
    Object.entries(counts)
      .map(([what, number]) => `${what} ${number}`)
      .join(', '),
  ]);
  return `${table([titles, ...rows])}${more ? `\n${paint('dim', 'There is more: use --limit.')}` : ''}`;
}
