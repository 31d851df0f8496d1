import { createHash } from 'node:crypto';
import { LikenessError } from '../../contract/errors.ts';

/** What long work is made from: a digest of each thing, under the words that a person knows it by. */
export type Basis = Readonly<Record<string, string>>;

/** SHA-256 of plain JSON, of bytes, or of several of them in their order; hexadecimal. */
export function digestOf(...parts: readonly (object | string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part instanceof Uint8Array ? part : JSON.stringify(part));
  return hash.digest('hex');
}

/**
 * Refuses to go on with other things than work began with: half of each would be in what comes out,
 * and nothing would show it.
 *
 * @param saved of the checkpoint; undefined where it is of a version that kept none
 * @returns a warning where nothing is known of what the work began with; null where all is the same
 * @throws LikenessError checkpoint_incompatible, with the names of what changed in `details.changed`
 */
export function refuseOtherBasis(
  work: 'painting' | 'training',
  saved: Basis | undefined,
  present: Basis,
): string | null {
  if (saved === undefined)
    return (
      `The ${work} was paused by an earlier version of Likeness, which did not note what it was ` +
      `made from. If a file was changed since, start the ${work} anew.`
    );
  const names = [...new Set([...Object.keys(saved), ...Object.keys(present)])];
  const changed = names.filter((name) => saved[name] !== present[name]);
  if (changed.length === 0) return null;
  throw new LikenessError(
    'checkpoint_incompatible',
    `Since the ${work} began, this was changed: ${changed.join(', ')}. Put back what was there, or ` +
      `start the ${work} anew.`,
    { details: { changed } },
  );
}
