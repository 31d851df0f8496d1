import { InvalidArgumentError, type Command } from 'commander';
import type { CommandOutput } from '../../../../contract/commands.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { localDay, localZone, zonedTime } from '../../../services/kept-settings.ts';
import { outputFile } from '../arguments.ts';
import { table, count, type Paint } from '../output/text.ts';
import { writeReport } from '../report/write.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly csv?: string;
}

export function registerAttendance(program: Command, act: Act): void {
  program
    .command('attendance')
    .description('who was seen on which day, first and last')
    .option('--from <day>', 'YYYY-MM-DD; today if absent', calendarDay)
    .option('--to <day>', 'YYYY-MM-DD; today if absent', calendarDay)
    .option('--csv <file>', 'write it as CSV', outputFile('.csv'))
    .action(act(attendance));
}

async function attendance(
  { dispatch }: CommandContext,
  { from, to, csv }: Options,
): Promise<Answer> {
  const today = localDay(new Date());
  const days = { from: from ?? today, to: to ?? today };
  if (csv !== undefined) {
    const exported = await dispatch('attendance.export', days);
    await writeReport(csv, exported.csv);
    const { rows } = exported;
    return { json: { file: csv, rows }, text: () => `${csv}: ${count(rows, 'entry', 'entries')}` };
  }
  const result = await dispatch('attendance.list', days);
  return { json: result, text: (paint) => attendanceText(result, paint) };
}

function attendanceText({ entries }: CommandOutput<'attendance.list'>, paint: Paint): string {
  if (entries.length === 0) return 'Nobody was noted on these days.';
  const titles = ['day', 'who', 'first seen', 'last seen'].map((title) => paint('dim', title));
  // Where all days are of this machine's zone, it goes without saying.
  const abroad = entries.some(({ zone }) => zone !== '' && zone !== localZone());
  const rows = entries.map(({ day, person, firstSeen, lastSeen, zone }) => [
    day,
    person.name,
    zonedTime(firstSeen, zone).slice(11, 16),
    zonedTime(lastSeen, zone).slice(11, 16),
    ...(abroad ? [zone] : []),
  ]);
  return table([abroad ? [...titles, paint('dim', 'time zone')] : titles, ...rows]);
}

function calendarDay(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/u.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('It must be a day as YYYY-MM-DD.');
}
