import { LikenessError } from '../../../contract/errors.ts';
import { placeOf } from '../../training/split.ts';
import type { LabeledEncoding } from '../../training/verifier/label-pairs.ts';
import type { VerifierPart, VerifierPeople } from '../../training/verifier/train-verifier.ts';
import { personOfMost } from './parts.ts';

interface Shares {
  readonly seed: number;
  readonly validation: number;
  readonly calibration: number;
  readonly test: number;
}

export interface SplitPeople {
  readonly parts: VerifierPeople;
  /** People with one photo. */
  readonly single: number;
}

/** Fewer pairs of photos of one person tell nothing about a part. */
const LEAST_MATED = 3;

/**
 * Everyone in one of four parts, by name and seed alone. Those who are measured and who calibrate
 * come first: with the same seed they are among the people whom `train encoder` keeps apart.
 *
 * @throws LikenessError `training_impossible`, naming the part that has too few people.
 */
export function splitPeople(photos: readonly LabeledEncoding[], shares: Shares): SplitPeople {
  const parts: Record<VerifierPart, LabeledEncoding[]> = {
    training: [],
    validation: [],
    calibration: [],
    test: [],
  };
  const prevailing = personOfMost(photos);
  for (const photo of photos) {
    const { person } = photo;
    parts[person === prevailing ? 'training' : partOf(person, shares)].push(photo);
  }
  for (const part of ['training', 'validation', 'calibration', 'test'] as const)
    refuseTooFew(part, parts[part]);
  const single = countPhotos(photos).filter((count) => count === 1).length;
  return { parts, single };
}

function partOf(person: string, { seed, test, calibration, validation }: Shares): VerifierPart {
  const place = placeOf(person, seed);
  if (place < test) return 'test';
  if (place < test + calibration) return 'calibration';
  return place < test + calibration + validation ? 'validation' : 'training';
}

function refuseTooFew(part: VerifierPart, photos: readonly LabeledEncoding[]): void {
  const counts = countPhotos(photos);
  const mated = counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  if (mated >= LEAST_MATED && counts.length >= 2) return;
  throw new LikenessError(
    'training_impossible',
    `The part for ${part} has ${counts.length} people and ${mated} pairs of photos of one person; ` +
      `at least 2 people and ${LEAST_MATED} pairs are needed in each of the four parts. ` +
      'Add people with two or more photos each.',
    { details: { part, people: counts.length, mated, needed: { people: 2, mated: LEAST_MATED } } },
  );
}

const countPhotos = (photos: readonly LabeledEncoding[]): readonly number[] =>
  [...Map.groupBy(photos, ({ person }) => person).values()].map((own) => own.length);
