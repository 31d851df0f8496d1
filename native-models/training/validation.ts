import { createHash } from 'node:crypto';
import type { LikenessError } from '../../contract/errors.ts';
import { compareAll } from '../evaluation/paired.ts';
import type { Comparisons } from '../evaluation/pairs.ts';
import { equalErrorRate, pointAtFar } from '../evaluation/rates.ts';

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

/** The false-match rates at which encoders are compared, the loosest first. */
const FALSE_MATCH_RATES = [0.01, 0.001, 0.0001, 0.00001] as const;

export interface Separation {
  readonly mated: number;
  readonly nonMated: number;
  /** Share of mated comparisons that are accepted, 0…1, per false-match rate. */
  readonly tar: readonly { readonly far: number; readonly tar: number }[];
  readonly eer: number;
}

/** How well encodings tell people apart: every photo against every other. */
export function separationOf(comparisons: Comparisons): Separation {
  const { mated, nonMated } = comparisons;
  const tar = FALSE_MATCH_RATES.map((far) => ({ far, tar: 1 - pointAtFar(comparisons, far).fnmr }));
  return {
    mated: mated.length,
    nonMated: nonMated.length,
    tar,
    eer: equalErrorRate(comparisons),
  };
}

/** Euclidean distances of all pairs; null where there are no mated or no non-mated ones. */
export function compareEncodings(
  encodings: readonly Float32Array[],
  labels: readonly string[],
): Comparisons | null {
  const numbers = new Map<string, number>();
  for (const label of labels) if (!numbers.has(label)) numbers.set(label, numbers.size);
  const people = labels.map((label) => numbers.get(label)!);
  const steps = compareAll({ encodings, people });
  try {
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    return step.value;
  } catch (thrown) {
    if ((thrown as LikenessError).code === 'evaluation_impossible') return null;
    throw thrown;
  }
}
