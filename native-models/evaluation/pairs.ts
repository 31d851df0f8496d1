import { LikenessError } from '../../contract/errors.ts';

/** The `index`-th photo (from 1) of a person: `person/person_0001.jpg` in LFW. */
export interface PhotoReference {
  readonly person: string;
  readonly index: number;
  /** Of the pairs file, from 1. */
  readonly line: number;
}

export interface Pair {
  readonly a: PhotoReference;
  readonly b: PhotoReference;
  readonly mated: boolean;
}

/**
 * Reads a pairs file of Labeled Faces in the Wild (Huang et al. 2007): a header `folds⇥n`, or `n`
 * alone for one fold, and per fold n mated lines `person⇥i⇥j`, then n non-mated lines
 * `person⇥i⇥other⇥j`. Returns the pairs fold by fold.
 *
 * @throws LikenessError `pairs_invalid`, with the line and what was expected there. What stands in it is
 *   not said: whoever may name a file must not read it so.
 */
export function parsePairs(text: string): readonly (readonly Pair[])[] {
  const lines = text.replace(/^\uFEFF/u, '').split(/\r?\n/u);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const { folds, perClass } = parseHeader(lines[0] ?? '');
  const expected = 1 + folds * 2 * perClass;
  if (lines.length !== expected)
    throw invalid(
      Math.min(lines.length, expected),
      `expected as many pairs as the header promises, but ${lines.length - 1} follow it`,
    );
  return Array.from({ length: folds }, (_, fold) =>
    Array.from({ length: 2 * perClass }, (_, place) => {
      const line = 1 + fold * 2 * perClass + place;
      return parsePair(lines[line]!, line + 1, place < perClass);
    }),
  );
}

function parseHeader(line: string): { folds: number; perClass: number } {
  const fields = line.split('\t');
  if (fields.length > 2) throw invalid(1, 'expected a header "folds<TAB>pairs" or "pairs"');
  const counts = fields.map((field) => parseCount(field, 1));
  return counts.length === 2
    ? { folds: counts[0]!, perClass: counts[1]! }
    : { folds: 1, perClass: counts[0]! };
}

function parsePair(text: string, line: number, mated: boolean): Pair {
  const fields = text.split('\t');
  const form = mated ? 'person<TAB>i<TAB>j' : 'person<TAB>i<TAB>other<TAB>j';
  if (fields.length !== (mated ? 3 : 4))
    throw invalid(line, `expected a ${mated ? 'mated' : 'non-mated'} pair "${form}"`);
  const a = reference(fields[0]!, fields[1]!, line);
  const b = mated
    ? reference(fields[0]!, fields[2]!, line)
    : reference(fields[2]!, fields[3]!, line);
  if (!mated && a.person === b.person)
    throw invalid(line, 'expected two people, but both sides are the same');
  return { a, b, mated };
}

function reference(person: string, index: string, line: number): PhotoReference {
  if (person.trim() === '' || /[/\\]|^\.+$/u.test(person))
    throw invalid(line, "expected the name of a person's folder");
  return { person, index: parseCount(index, line), line };
}

function parseCount(field: string, line: number): number {
  if (!/^[1-9]\d{0,8}$/u.test(field.trim()))
    throw invalid(line, 'expected a positive whole number');
  return Number(field);
}

function invalid(line: number, problem: string): LikenessError {
  return new LikenessError('pairs_invalid', `Line ${line} of the pairs file: ${problem}.`, {
    details: { line },
  });
}
