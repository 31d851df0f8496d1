import type { Refusal } from '../../../../contract/values.ts';
import { isRefused } from '../../../../foundation/files/refusals.ts';
import type { Answer } from '../act.ts';
import { indent, table, count, grouped, type Paint } from './text.ts';

/** The photos that were not taken, with the reason of each; nothing where there are none. */
export function refusals(refused: readonly Refusal[], paint: Paint): readonly string[] {
  if (refused.length === 0) return [];
  return [`Refused ${count(refused.length, 'photo')}:`, reasons(refused, paint)];
}

interface FolderUse {
  readonly files: number;
  readonly unused: readonly Refusal[];
}

/** The files of a folder that were not used, with the reason of each; nothing where all were. */
function unusedFiles({ files, unused }: FolderUse, paint: Paint): readonly string[] {
  if (unused.length === 0) return [];
  const verb = unused.length === 1 ? 'was' : 'were';
  const head = `${grouped(unused.length)} of ${count(files, 'file')} ${verb} not used:`;
  return [head, reasons(unused, paint)];
}

const reasons = (refused: readonly Refusal[], paint: Paint): string =>
  indent(table(refused.map(({ file, message }) => [paint('yellow', file), message])));

/**
 * Of work on a folder: its own words, then what of the folder was not used. Where nothing else is said,
 * a photo without a face is a result, and one that could not be read at all a refusal.
 */
export const folderAnswer = async (
  result: FolderUse,
  text: Answer['text'],
  refused: readonly Refusal[] = result.unused.filter(isRefused),
): Promise<Answer> => ({
  json: result,
  text: (paint) => [text(paint), ...unusedFiles(result, paint)].join('\n'),
  ...(await refusedPhotos(refused)),
});

/** The work is done and photos were turned away: that is said by the exit code, too. */
export async function refusedPhotos(refused: readonly Refusal[]): Promise<Pick<Answer, 'failure'>> {
  if (refused.length === 0) return {};
  const { LikenessError } = await import('../../../../contract/errors.ts');
  const sentence = `${count(refused.length, 'photo')} could not be used. The others were.`;
  const details = { photos: refused.length };
  return { failure: new LikenessError('photos_refused', sentence, { details }) };
}
