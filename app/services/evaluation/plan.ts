import type { CommandPayload } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { Refusal } from '../../../contract/values.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import { tenFolds } from '../../../native-models/evaluation/folds.ts';
import {
  parsePairs,
  type Pair,
  type PhotoReference,
} from '../../../native-models/evaluation/pairs.ts';
import { listLabeledPhotos, type LabeledPhoto } from '../labeled-photos.ts';

/** A pair by the places of its photos in the plan's list. */
export interface PlannedPair {
  readonly a: number;
  readonly b: number;
  readonly mated: boolean;
}

/** Which photos an evaluation reads, and what it compares. */
export interface EvaluationPlan {
  readonly photos: readonly LabeledPhoto[];
  /** Files of the folder that are no photos of people, with the reasons. */
  readonly unused: readonly Refusal[];
  readonly comparisons:
    | { readonly kind: 'pairs'; readonly folds: readonly (readonly PlannedPair[])[] }
    | { readonly kind: 'all' };
}

/**
 * @throws LikenessError `pairs_invalid`; `file_not_found` where the pairs file names a photo that
 *   is not there; what listing the photos refuses with.
 */
export async function planEvaluation({
  images,
  comparisons,
}: CommandPayload<'evaluation.run'>): Promise<EvaluationPlan> {
  const { photos, unused } = await listLabeledPhotos(images);
  if (comparisons.kind === 'all')
    return {
      unused,
      photos: firstOfEach(photos, comparisons.maxPerPerson ?? Infinity),
      comparisons: { kind: 'all' },
    };
  const folds = tenFolds(parsePairs(String(await readRegularFile(comparisons.file, 'text'))));
  return { unused, ...planPairs(photos, folds, images) };
}

/** Of each person at most so many photos, the first ones. */
export function firstOfEach(
  photos: readonly LabeledPhoto[],
  limit: number,
): readonly LabeledPhoto[] {
  const taken = new Map<string, number>();
  return photos.filter(({ person }) => {
    const count = (taken.get(person) ?? 0) + 1;
    taken.set(person, count);
    return count <= limit;
  });
}

function planPairs(
  available: readonly LabeledPhoto[],
  folds: readonly (readonly Pair[])[],
  images: string,
): Omit<EvaluationPlan, 'unused'> {
  const byStem = new Map(available.map((photo) => [stemOf(photo), photo]));
  const photos: LabeledPhoto[] = [];
  const placeOf = new Map<string, number>();
  const place = (reference: PhotoReference): number => {
    const stem = stemOfReference(reference);
    const known = placeOf.get(stem);
    if (known !== undefined) return known;
    photos.push(byStem.get(stem) ?? missing(reference, images));
    placeOf.set(stem, photos.length - 1);
    return photos.length - 1;
  };
  const planned = folds.map((fold) =>
    fold.map(({ a, b, mated }) => ({ a: place(a), b: place(b), mated })),
  );
  return { photos, comparisons: { kind: 'pairs', folds: planned } };
}

/** `person/person_0001` of `person/person_0001.jpg`, whatever the format is called. */
function stemOf({ person, name }: LabeledPhoto): string {
  return `${person}/${name.replace(/\.[^.]*$/u, '')}`;
}

function stemOfReference({ person, index }: PhotoReference): string {
  return `${person}/${person}_${String(index).padStart(4, '0')}`;
}

/** The line says which: its text is not repeated, as whoever names a file need not be allowed to read it. */
function missing(reference: PhotoReference, images: string): never {
  throw new LikenessError(
    'file_not_found',
    `Line ${reference.line} of the pairs file names a photo that is not in ${images}. ` +
      'Give the folder that the pairs file was made for.',
    { details: { line: reference.line, images } },
  );
}
