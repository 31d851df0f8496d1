import { createHash } from 'node:crypto';
import path from 'node:path';
import {
  LikenessError,
  assertNever,
  toLikenessError,
  type ErrorCode,
} from '../../../contract/errors.ts';
import type { ImageSource, PhotoNote, Point, Refusal, Progress } from '../../../contract/values.ts';
import {
  findPersonByName,
  ownersOfPhoto,
  findPerson,
  insertConsent,
  insertPerson,
  insertPortrait,
  insertTemplate,
  listConsents,
  insertActivity,
  type ConsentRecord,
  type ModelKey,
  type Store,
  type PersonRecord,
  type ReadableStore,
  type WritableStore,
} from '../../../db/store.ts';
import {
  nameOf,
  analyze,
  subjectOf,
  signalOf,
  type SeveralFaces,
  type EncodedFace,
} from '../analysis.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import { sentencesOf, notesOn, refuseUnusable } from '../photo-notes.ts';
import type { EncoderInfo } from '../../model-host/types.ts';
import type { ServiceContext, CallOptions, Handler, Handlers } from '../context.ts';
import { namesakesOf } from '../person-reference.ts';
import { mapConcurrently, throwIfCancelled } from '../../../foundation/concurrency.ts';
import { readSettings } from '../kept-settings.ts';

/** A photo and whose it is said to be. */
export interface PhotoToEnroll {
  readonly name: string;
  readonly image: ImageSource;
  /** How progress calls it, e.g. "anna/1.jpg". */
  readonly label: string;
  readonly severalFaces: SeveralFaces;
  /** The face at this point of the upright picture is meant. */
  readonly at?: Point | undefined;
  /** A face that the gate would refuse is enrolled all the same: somebody has looked at it. */
  readonly acceptLowQuality?: boolean;
  /** `refuse` where nobody pointed at this very file: what Likeness painted is no photo. */
  readonly paintings?: 'refuse';
  readonly consent?: ConsentRecord | undefined;
}

export interface Owner {
  readonly id: number;
  readonly name: string;
}

/** What became of a photo; durable by the time it is said. */
export type PhotoOutcome =
  | {
      readonly kind: 'enrolled';
      readonly photo: PhotoToEnroll;
      readonly person: Owner;
      readonly warnings: readonly string[];
      readonly notes: readonly PhotoNote[];
    }
  /** It is enrolled for this person already. */
  | { readonly kind: 'known'; readonly photo: PhotoToEnroll; readonly person: Owner }
  | { readonly kind: 'refused'; readonly photo: PhotoToEnroll; readonly error: LikenessError };

/** Recognizes by its hash, at a fraction of the cost of an analysis, what is enrolled already. */
async function knownPhoto(
  store: Store,
  model: ModelKey,
  photo: PhotoToEnroll,
): Promise<PhotoOutcome | undefined> {
  const person = store.read((tables) => findPersonByName(tables, photo.name));
  if (person === undefined) return undefined;
  const hash = await hashOf(photo.image);
  if (hash === undefined) return undefined;
  const owners = store.read((tables) => ownersOfPhoto(tables, model, hash));
  return owners.includes(person.id) ? { kind: 'known', photo, person } : undefined;
}

/** SHA-256, hexadecimal; undefined where the file cannot be read, which the analysis then reports. */
async function hashOf(image: ImageSource): Promise<string | undefined> {
  try {
    const bytes = 'bytes' in image ? image.bytes : await readRegularFile(image.path, 'picture');
    return createHash('sha256').update(bytes).digest('hex');
  } catch {
    return undefined;
  }
}

/** What an enrollment came to, over all its photos. */
interface EnrollmentSummary {
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
function nothingEnrolled(name: string, outcomes: readonly PhotoOutcome[]): LikenessError {
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

interface AnalyzedPhoto {
  readonly photo: PhotoToEnroll;
  readonly face: EncodedFace;
  /** SHA-256 of the photo file, hexadecimal. */
  readonly photoHash: string;
  readonly encoder: EncoderInfo;
  readonly warnings: readonly string[];
  readonly notes: readonly PhotoNote[];
}

/** Writes a template, with its person where that is the first one, and tells the gallery. */
export async function commitTemplate(
  { store, gallery, now }: ServiceContext,
  analyzed: AnalyzedPhoto,
): Promise<PhotoOutcome> {
  const { photo, face, encoder } = analyzed;
  const createdAt = now().toISOString();
  const { person, templateId, warnings } = store.write((tables) =>
    insertAll(tables, analyzed, createdAt),
  );
  if (templateId === undefined) return { kind: 'known', photo, person };
  await gallery.add(encoder, {
    templateIds: Int32Array.of(templateId),
    personIds: Int32Array.of(person.id),
    encodings: face.encoding,
  });
  const { notes } = analyzed;
  return { kind: 'enrolled', photo, person, warnings: [...analyzed.warnings, ...warnings], notes };
}

function insertAll(tables: WritableStore, analyzed: AnalyzedPhoto, createdAt: string) {
  const { photo, face, photoHash, encoder } = analyzed;
  const existing = findPersonByName(tables, photo.name);
  const person = existing ?? insertPerson(tables, photo.name, createdAt);
  const warnings = [
    ...(existing === undefined ? similarNames(tables, person) : []),
    ...otherOwners(tables, analyzed, person),
  ];
  const templateId = insertTemplate(tables, {
    personId: person.id,
    model: encoder,
    encoding: face.encoding,
    quality: face.quality.score,
    photoHash,
    source: sourceOf(photo.image),
    createdAt,
  });
  if (templateId !== undefined) {
    keepPortrait(tables, templateId, analyzed, person);
    noteConsent(tables, photo, person);
  }
  return { person, templateId, warnings };
}

/** A name that came with bytes is no path, whatever it looks like: nothing is read there later. */
const sourceOf = (image: ImageSource): string =>
  'path' in image ? image.path : path.win32.basename(image.name);

/** The host makes one only where the settings ask for it. */
function keepPortrait(
  tables: WritableStore,
  template: number,
  { face: { portrait: jpeg } }: AnalyzedPhoto,
  { id }: PersonRecord,
): void {
  if (jpeg !== undefined) insertPortrait(tables, { template, jpeg }, id);
}

/** All photos of one enrollment bring the same note; it is kept with the first. */
function noteConsent(
  tables: WritableStore,
  { consent }: PhotoToEnroll,
  { id }: PersonRecord,
): void {
  if (consent === undefined) return;
  const noted = listConsents(tables, id).some(
    ({ note, createdAt }) => note === consent.note && createdAt === consent.createdAt,
  );
  if (!noted) insertConsent(tables, id, consent);
}

function similarNames(tables: ReadableStore, person: PersonRecord): string[] {
  return namesakesOf(tables, person).map(
    ({ name }) => `${person.name} is new, beside ${name}. Merge them if they are one person.`,
  );
}

function otherOwners(
  tables: ReadableStore,
  { photo, photoHash, encoder }: AnalyzedPhoto,
  { id, name }: PersonRecord,
): string[] {
  // Somebody has pointed at a face: others of the photo may be other people's.
  if (photo.at !== undefined) return [];
  return ownersOfPhoto(tables, encoder, photoHash)
    .filter((owner) => owner !== id)
    .map((owner) => {
      const other = findPerson(tables, owner)?.name ?? `number ${owner}`;
      return `${nameOf(photo.image)} is enrolled for ${other} too, now for ${name}: one of the two is wrong.`;
    });
}

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
  const first = await mapConcurrently(photos, IN_FLIGHT, call.signal, async (photo) => {
    const before = turn;
    const attempted = attempt(photo, before);
    turn = attempted.catch(() => undefined);
    const outcome = await attempted;
    return isCrash(outcome) ? outcome : report(outcome);
  });
  // A crash takes all photos under way along; one at a time it becomes clear which was to blame.
  const settle = async (outcome: PhotoOutcome) =>
    isCrash(outcome) ? report(await attempt(outcome.photo, Promise.resolve())) : outcome;
  return await mapConcurrently(first, 1, call.signal, settle);
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

/** Where no photo can be enrolled, nothing of the person is kept and the command fails. */
export const enroll: Handler<'enrollment.enroll'> = async (context, payload, call) => {
  const started = performance.now();
  const { name, images, severalFaces, at, acceptLowQuality } = payload;
  const createdAt = context.now().toISOString();
  const consent = payload.consent === undefined ? undefined : { note: payload.consent, createdAt };
  const { encoder, provider, warnings } = await context.host.request('warmUp', {}, signalOf(call));
  const photos = images.map((image) => ({
    name,
    image,
    label: nameOf(image),
    severalFaces,
    at,
    acceptLowQuality,
    consent,
  }));
  const isNew = context.store.read((tables) => findPersonByName(tables, name)) === undefined;
  const outcomes = await enrollPhotos(context, encoder, photos, call);
  const person = enrolledPerson(outcomes);
  if (person === undefined) throw nothingEnrolled(name, outcomes);
  const { enrolled, alreadyEnrolled, refused, ...summary } = summarize(outcomes);
  context.store.write((tables) =>
    insertActivity(tables, {
      kind: 'enrolled',
      personId: person.id,
      counts: { enrolled, alreadyEnrolled, refused: refused.length },
      createdAt,
    }),
  );
  return {
    person: { id: person.id, name: person.name },
    enrolled,
    alreadyEnrolled,
    refused,
    notes: summary.notes,
    alike: isNew ? context.store.read((tables) => namesakesOf(tables, person)) : [],
    provider,
    warnings: [...new Set([...warnings, ...summary.warnings])],
    elapsedMs: performance.now() - started,
  };
};

const enrolledPerson = (outcomes: readonly PhotoOutcome[]) =>
  outcomes.find((outcome) => outcome.kind === 'enrolled')?.person;

export const enrollmentHandlers = {
  'enrollment.enroll': enroll,
} satisfies Partial<Handlers>;
