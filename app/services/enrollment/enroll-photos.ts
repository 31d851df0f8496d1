import {
  assertNever,
  LikenessError,
  toLikenessError,
  type ErrorCode,
} from '../../../contract/errors.ts';
import type { Progress } from '../../../contract/values.ts';
import type { ModelKey } from '../../../db/store.ts';
import { analyze, nameOf, subjectOf } from '../analysis.ts';
import type { CallOptions, ServiceContext } from '../context.ts';
import { mapConcurrently, throwIfCancelled } from '../cooperation.ts';
import { readSettings } from '../kept-settings.ts';
import { notesOn, sentencesOf } from '../photo-notes.ts';
import { commitTemplate, type AnalyzedPhoto } from './commit-template.ts';
import { knownPhoto } from './known-photo.ts';
import type { PhotoOutcome, PhotoToEnroll } from './photo.ts';
import { refuseUnusable } from './quality-gate.ts';

/** Photos under way at once: the host decodes one while it computes on another. */
const IN_FLIGHT = 3;
/** So many crashes without a photo between them that went well are not the fault of a photo. */
const MOST_CRASHES = 8;

/** Failures that every further photo would meet too. */
const stopping: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'disk_full',
  'host_start_failed',
  'provider_unavailable',
  'model_unknown',
  'model_missing',
  'model_corrupt',
  'model_incompatible',
  'manifest_invalid',
]);

/**
 * Enrolls photo after photo, each in a transaction of its own that is committed before progress
 * tells of it. A photo that cannot be enrolled is an outcome, not an error. What is enrolled
 * already is passed over. Outcomes come in the order of the photos.
 *
 * @throws LikenessError what no other photo would escape; `cancelled`. Committed photos stay.
 */
export async function enrollPhotos(
  context: ServiceContext,
  model: ModelKey,
  photos: readonly PhotoToEnroll[],
  call: CallOptions,
): Promise<readonly PhotoOutcome[]> {
  const report = reporter(photos.length, call);
  const attempt = attempts(context, model, call);
  // Analyzed side by side, committed in turn: of two equal photos always the second is known.
  let turn: Promise<unknown> = Promise.resolve();
  const first = await mapConcurrently(photos, IN_FLIGHT, async (photo) => {
    const before = turn;
    const attempted = attempt(photo, before);
    turn = attempted.catch(() => undefined);
    const outcome = await attempted;
    return isCrash(outcome) ? outcome : report(outcome);
  });
  // A crash takes all photos under way along; one at a time it becomes clear which was to blame.
  const settle = async (outcome: PhotoOutcome) =>
    isCrash(outcome) ? report(await attempt(outcome.photo, Promise.resolve())) : outcome;
  return await mapConcurrently(first, 1, settle);
}

function attempts(context: ServiceContext, model: ModelKey, call: CallOptions) {
  let crashes = 0;
  return async (photo: PhotoToEnroll, before: Promise<unknown>): Promise<PhotoOutcome> => {
    throwIfCancelled(call.signal);
    const outcome = await enrollPhoto(context, model, photo, before, call);
    crashes = isCrash(outcome) ? crashes + 1 : 0;
    if (isCrash(outcome) && crashes >= MOST_CRASHES) throw outcome.error;
    return outcome;
  };
}

async function enrollPhoto(
  context: ServiceContext,
  model: ModelKey,
  photo: PhotoToEnroll,
  before: Promise<unknown>,
  call: CallOptions,
): Promise<PhotoOutcome> {
  const known = await knownPhoto(context.store, model, photo);
  if (known !== undefined) return known;
  const analyzed = await examine(context, photo, call);
  await before;
  return analyzed instanceof LikenessError
    ? { kind: 'refused', photo, error: analyzed }
    : await commitTemplate(context, analyzed);
}

/** The face to be enrolled, or why this photo has none. */
async function examine(
  { host, store }: ServiceContext,
  photo: PhotoToEnroll,
  call: CallOptions,
): Promise<AnalyzedPhoto | LikenessError> {
  try {
    const { keepPortraits: portraits } = store.read(readSettings);
    const { at, paintings } = photo;
    const wishes = { encode: 'principal', portraits, at, paintings } as const;
    const analysis = await analyze(host, photo.image, wishes, call);
    const face = subjectOf(analysis, nameOf(photo.image), photo.severalFaces);
    if (photo.acceptLowQuality !== true) refuseUnusable(face.quality, nameOf(photo.image));
    const { photoHash, encoder, warnings } = analysis;
    const notes = notesOn(analysis, nameOf(photo.image), [face]);
    return { photo, face, photoHash, encoder, warnings, notes };
  } catch (thrown) {
    const error = toLikenessError(thrown);
    if (stopping.has(error.code)) throw error;
    return error;
  }
}

type Refused = Extract<PhotoOutcome, { kind: 'refused' }>;

const isCrash = (outcome: PhotoOutcome): outcome is Refused =>
  outcome.kind === 'refused' && outcome.error.code === 'host_crashed';

function reporter(total: number, { onProgress }: CallOptions) {
  let done = 0;
  return (outcome: PhotoOutcome): PhotoOutcome => {
    done += 1;
    onProgress?.({ stage: 'Enrolling', done, total, ...describe(outcome) });
    return outcome;
  };
}

function describe(
  outcome: PhotoOutcome,
): Pick<Progress, 'item' | 'outcome' | 'note' | 'code' | 'details'> {
  const item = outcome.photo.label;
  switch (outcome.kind) {
    case 'enrolled': {
      const note = [...outcome.warnings, ...sentencesOf(outcome.notes)].join(' ');
      return { item, outcome: 'enrolled', ...(note === '' ? {} : { note }) };
    }
    case 'known':
      return { item, outcome: 'known' };
    case 'refused': {
      const { message, code, details } = outcome.error;
      return { item, outcome: 'refused', note: message, code, details: { ...details } };
    }
    default:
      return assertNever(outcome);
  }
}
