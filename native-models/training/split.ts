import { createHash } from 'node:crypto';

/** Where a person stands: trains, decides when to stop, or is kept for the final measurement. */
export type Part = 'training' | 'validation' | 'test';

export interface Shares {
  readonly validation: number;
  readonly test: number;
}

/**
 * The part that a person takes, all photos together. It depends on the label and the seed alone, so
 * that it stays the same whoever else is there, and can be told again without a list.
 */
export function partOf(person: string, seed: number, { validation, test }: Shares): Part {
  const place = placeOf(person, seed);
  if (place < test) return 'test';
  return place < test + validation ? 'validation' : 'training';
}

/** Where a person stands on 0 ≤ place < 1: by label and seed alone. */
export const placeOf = (person: string, seed: number): number => uniformOf(`${seed}/${person}`);

/** 0 ≤ value < 1, the same for the same text everywhere. */
function uniformOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
