import { findPersonByName, insertActivity } from '../../../db/store.ts';
import { nameOf, signalOf } from '../analysis.ts';
import type { Handler } from '../context.ts';
import { namesakesOf } from '../person-reference.ts';
import { enrollPhotos } from './enroll-photos.ts';
import type { PhotoOutcome } from './photo.ts';
import { nothingEnrolled, summarize } from './summary.ts';

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
