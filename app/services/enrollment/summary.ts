import { LikenessError } from '../../../contract/errors.ts';
import type { PhotoNote, Refusal } from '../../../contract/values.ts';
import { nameOf } from '../analysis.ts';
import { sentencesOf } from '../photo-notes.ts';
import type { Owner, PhotoOutcome, PhotoToEnroll } from './photo.ts';

/** What an enrollment came to, over all its photos. */
export interface EnrollmentSummary {
  /** Numbers of the people who have a template of one of the photos now. */
  readonly people: ReadonlySet<number>;
  readonly enrolled: number;
  readonly alreadyEnrolled: number;
  readonly refused: Refusal[];
  /** Each said once. */
  readonly warnings: string[];
  readonly notes: PhotoNote[];
}

export function summarize(outcomes: readonly PhotoOutcome[]): EnrollmentSummary {
  const enrolled = outcomes.filter((outcome) => outcome.kind === 'enrolled');
  const known = outcomes.filter((outcome) => outcome.kind === 'known');
  return {
    people: new Set([...enrolled, ...known].map(({ person }) => person.id)),
    enrolled: enrolled.length,
    alreadyEnrolled: known.length,
    refused: outcomes.filter((outcome) => outcome.kind === 'refused').map(toRefusal),
    warnings: [
      ...new Set(enrolled.flatMap(({ warnings, notes }) => [...warnings, ...sentencesOf(notes)])),
    ],
    notes: enrolled.flatMap(({ notes }) => notes),
  };
}

/**
 * Why none of the photos was enrolled: with the code of the refusals where all have the same,
 * otherwise `nothing_enrolled`; the refusals are in the details.
 */
export function nothingEnrolled(name: string, outcomes: readonly PhotoOutcome[]): LikenessError {
  const refusals = outcomes.flatMap(refusalOf);
  const [first, ...others] = refusals;
  if (first === undefined)
    return new LikenessError('internal', 'An enrollment without any refusal failed.');
  if (others.length === 0) return first.error;
  const same = others.every(({ error }) => error.code === first.error.code);
  return new LikenessError(
    same ? first.error.code : 'nothing_enrolled',
    `None of the ${refusals.length} photos could be enrolled for ${name}. ${first.error.message}`,
    { details: { refused: refusals.map(toRefusal) } },
  );
}

interface RefusedPhoto {
  readonly photo: PhotoToEnroll;
  readonly error: LikenessError;
}

/** Where nothing new is enrolled, a photo that is known already is refused as well. */
function refusalOf(outcome: PhotoOutcome): RefusedPhoto[] {
  const { kind, photo } = outcome;
  if (kind === 'refused') return [outcome];
  return kind === 'known' ? [{ photo, error: alreadyEnrolled(photo, outcome.person) }] : [];
}

function alreadyEnrolled(photo: PhotoToEnroll, person: Owner): LikenessError {
  const file = nameOf(photo.image);
  return new LikenessError(
    'already_enrolled',
    `${file} is enrolled for ${person.name} already. Add another photo instead.`,
    { details: { file, personId: person.id } },
  );
}

const toRefusal = ({ error: { code, message, details }, photo }: RefusedPhoto): Refusal => ({
  file: nameOf(photo.image),
  code,
  message,
  details: { ...details },
});
