import { analyze, nameOf, signalOf, distanceBetween, subjectOf } from './analysis.ts';
import type { Handler, Handlers, ServiceContext } from './context.ts';
import { notesOn, sentencesOf } from './photo-notes.ts';
import type { CommandOutput } from '../../contract/commands.ts';
import { countTemplates, findPerson, insertActivity, type Store } from '../../db/store.ts';
import type { AnalyzedFace, EncoderInfo, GalleryCandidate } from '../model-host/types.ts';
import { strangerWarnings } from './adoption.ts';
import { activity, readSettings } from './kept-settings.ts';
import { decide } from '../../native-models/evaluation/verifier.ts';
import { thresholdFor } from './calibration/threshold.ts';
import { candidatesUnder } from './exclusions.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { ImageSource } from '../../contract/values.ts';
import { noteActivity } from './activity.ts';

export const detect: Handler<'faces.detect'> = async ({ host }, { image }, call) => {
  const started = performance.now();
  const analysis = await analyze(host, image, { encode: 'none' }, call);
  const { width, height, faces, provider, warnings } = analysis;
  const notes = notesOn(analysis, nameOf(image), faces);
  return {
    width,
    height,
    faces: faces.map(({ box, score, landmarks, quality }) => ({
      box,
      score,
      landmarks,
      quality,
    })),
    provider,
    notes,
    warnings: [...warnings, ...sentencesOf(notes)],
    elapsedMs: performance.now() - started,
  };
};

type IdentifiedFace = CommandOutput<'identification.identify'>['faces'][number];
type Match = IdentifiedFace['matches'][number];

/** People who share the probability with the nearest, be they shown or not. */
const LEAST_CANDIDATES = 5;

/** A face is identified where the nearest template is at the threshold or nearer (see `decide`). */
export const identify: Handler<'identification.identify'> = async (context, payload, call) => {
  const started = performance.now();
  const gallery = await context.gallery.current(signalOf(call));
  const request = { image: payload.image, top: Math.max(payload.top, LEAST_CANDIDATES) };
  const analysis = await context.host.request('identify', request, signalOf(call));
  const { encoder, width, height, provider, people } = analysis;
  const notes = notesOn(analysis, nameOf(payload.image), analysis.faces);
  const { threshold, source } = thresholdFor(context.store, encoder, payload.threshold);
  const faces = analysis.faces.map(({ box, score, quality, candidates }) => {
    const decided = decideAbout(context.store, candidates, { threshold, people, encoder });
    return { box, score, quality, ...decided, matches: decided.matches.slice(0, payload.top) };
  });
  if (context.store.read(readSettings).recordRecognitions) record(context, faces);
  return {
    width,
    height,
    model: encoder.id,
    threshold,
    thresholdSource: source,
    faces,
    notes,
    provider,
    warnings: [
      ...analysis.warnings,
      ...sentencesOf(notes),
      ...galleryWarnings(context.store, encoder, gallery.size),
      ...damageWarnings(gallery.damaged),
    ],
    elapsedMs: performance.now() - started,
  };
};

/** What identification goes by for the faces of one photo. */
interface Rules {
  /** Distance up to which a person is named. */
  readonly threshold: number;
  /** Enrolled people who were searched. */
  readonly people: number;
  readonly encoder: EncoderInfo;
}

/** Somebody whom another process has just deleted is left out. */
function decideAbout(store: Store, found: readonly GalleryCandidate[], rules: Rules) {
  const candidates = store.read((tables) =>
    candidatesUnder(found, rules.threshold).flatMap((candidate) => {
      const person = findPerson(tables, candidate.personId);
      return person === undefined ? [] : [{ ...candidate, name: person.name }];
    }),
  );
  const { people, encoder } = rules;
  const { named, probabilities } = decide(candidates, { people, curve: encoder.probability });
  const matches = candidates.map(({ personId, name, distance }, i): Match => ({
    personId,
    name,
    distance,
    probability: probabilities[i]!,
  }));
  return { decision: named ? ('identified' as const) : ('unknown' as const), matches };
}

/** Whoever is enrolled by such a photo alone cannot be recognized; nobody would know why. */
const damageWarnings = (damaged: number): string[] =>
  damaged === 0
    ? []
    : [
        `${damaged === 1 ? '1 enrolled photo is' : `${damaged} enrolled photos are`} damaged in the database ` +
          'and left out. Run "likeness doctor".',
      ];

function galleryWarnings(store: Store, encoder: EncoderInfo, size: number): string[] {
  if (size === 0 && store.read(countTemplates) === 0)
    return ['Nobody is enrolled yet, so everyone is unknown.'];
  return strangerWarnings(store, encoder);
}

/** An entry per person; one without a person where nobody was identified. */
function record({ store, now }: ServiceContext, faces: readonly IdentifiedFace[]): void {
  const identified = faces.filter(({ decision }) => decision === 'identified');
  const people = new Set(identified.map(({ matches }) => matches[0]!.personId));
  const counts = { faces: faces.length, identified: identified.length };
  store.write((tables) => {
    for (const person of people.size === 0 ? [null] : people)
      insertActivity(tables, activity('identified', person, counts, now()));
  });
}

export const verify: Handler<'verification.verify'> = async (context, payload, call) => {
  const { host } = context;
  const { chips } = payload;
  const started = performance.now();
  const look = async (image: ImageSource) => {
    const analysis = await analyze(host, image, { encode: 'principal', portraits: chips }, call);
    const face = subjectOf(analysis, nameOf(image), payload.severalFaces);
    return { ...analysis, face, notes: notesOn(analysis, nameOf(image), [face]) };
  };
  const [a, b] = await Promise.all([look(payload.a), look(payload.b)]);
  const pair = { a: a.face.encoding, b: b.face.encoding };
  const weighed = await host.request('weighPairs', pair, signalOf(call));
  const notes = [...a.notes, ...b.notes];
  const threshold = payload.threshold ?? a.encoder.thresholds.verification;
  if (context.store.read(readSettings).recordRecognitions)
    noteActivity(context, 'verified', null, { photos: 2 });
  return {
    chips: chips ? { a: chipOf(a.face), b: chipOf(b.face) } : null,
    model: a.encoder.id,
    ...compare(a.encoder, pair, threshold, weighed.logOdds[0]!),
    notes,
    provider: a.provider,
    warnings: [
      ...new Set([...a.warnings, ...b.warnings, ...weighed.warnings, ...sentencesOf(notes)]),
    ],
    elapsedMs: performance.now() - started,
  };
};

function chipOf({ portrait }: AnalyzedFace): Uint8Array<ArrayBuffer> {
  if (portrait !== undefined) return portrait;
  throw new LikenessError('internal', 'The host sent a face without the picture asked for.');
}

/** A gallery of one person, who is nobody or the person of the other picture. */
function compare(
  { probability: curve }: EncoderInfo,
  { a, b }: { readonly a: Float32Array; readonly b: Float32Array },
  threshold: number,
  logOdds: number,
) {
  const distance = distanceBetween(a, b);
  const decision = decide([{ distance, logOdds, threshold }], { people: 1, curve });
  return { distance, threshold, same: decision.named, probability: decision.probabilities[0]! };
}

export const identifyHandlers = {
  'faces.detect': detect,
  'identification.identify': identify,
  'verification.verify': verify,
} satisfies Partial<Handlers>;
