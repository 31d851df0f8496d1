import type { Refusal } from '../../../contract/values.ts';
import type { Paint } from './paint.ts';
import { indent, table } from './table.ts';
import { count } from './words.ts';

/** The photos that were not taken, with the reason of each; nothing where there are none. */
export function refusals(refused: readonly Refusal[], paint: Paint): readonly string[] {
  if (refused.length === 0) return [];
  const rows = refused.map(({ file, message }) => [paint('yellow', file), message]);
  return [`Refused ${count(refused.length, 'photo')}:`, indent(table(rows))];
}
