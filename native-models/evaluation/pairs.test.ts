import { describe, expect, it } from 'vitest';
import { LikenessError } from '../../contract/errors.ts';
import { parsePairs } from './pairs.ts';

const lines = (...rows: readonly string[]) => rows.join('\n') + '\n';

function failure(text: string): LikenessError {
  try {
    parsePairs(text);
  } catch (error) {
    if (error instanceof LikenessError) return error;
  }
  throw new Error('expected a LikenessError');
}

describe('parsePairs', () => {
  it('reads folds of mated and non-mated pairs', () => {
    const folds = parsePairs(
      lines('2\t1', 'Ann\t1\t2', 'Ann\t1\tBob\t3', 'Cy\t2\t4', 'Cy\t1\tDee\t1'),
    );
    expect(folds).toMatchObject([
      [
        { a: { person: 'Ann', index: 1 }, b: { person: 'Ann', index: 2 }, mated: true },
        { a: { person: 'Ann', index: 1 }, b: { person: 'Bob', index: 3 }, mated: false },
      ],
      [
        { a: { person: 'Cy', index: 2 }, b: { person: 'Cy', index: 4 }, mated: true },
        { a: { person: 'Cy', index: 1 }, b: { person: 'Dee', index: 1 }, mated: false },
      ],
    ]);
  });

  it('takes a single count as one fold, and carriage returns and trailing blank lines', () => {
    const folds = parsePairs('1\r\nAnn Lee\t1\t2\r\nAnn Lee\t1\tBob\t3\r\n\r\n');
    expect(folds).toHaveLength(1);
    expect(folds[0]![0]!.a).toEqual({ person: 'Ann Lee', index: 1, line: 2 });
  });

  it.each([
    ['', 1, 'expected a positive whole number'],
    ['ten\t3', 1, 'expected a positive whole number'],
    ['1\t1\t1', 1, 'expected a header'],
    ['1\t1\nAnn 1 2\nAnn\t1\tBob\t1', 2, 'person<TAB>i<TAB>j'],
    ['1\t1\nAnn\t1\t0\nAnn\t1\tBob\t1', 2, 'expected a positive whole number'],
    ['1\t1\nAnn\t1\t2\nAnn\t1\t2', 3, 'expected a non-mated pair'],
    ['1\t1\nAnn\t1\t2\nAnn\t1\tAnn\t2', 3, 'expected two people'],
    ['1\t1\n../x\t1\t2\nAnn\t1\tBob\t2', 2, "expected the name of a person's folder"],
    ['1\t2\nAnn\t1\t2\nAnn\t1\tBob\t1', 3, 'as the header promises, but 2 follow'],
  ])('names the line of what it cannot read: %j', (text, line, words) => {
    const error = failure(text);
    expect(error.code).toBe('pairs_invalid');
    expect(error.details).toEqual({ line });
    expect(error.message).toContain(`Line ${line} `);
    expect(error.message).toContain(words);
  });
});
