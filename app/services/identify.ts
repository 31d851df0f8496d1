import type { CommandOutput } from '../../contract/commands.ts';
import { countTemplates, findPerson, insertActivity, type Store } from '../../db/store.ts';
import type { AnalyzedFace, EncoderInfo, GalleryCandidate } from '../model-host/types.ts';
import { strangerWarnings } from './adoption.ts';
import { activity, readSettings } from './kept-settings.ts';
import { decide } from '../../native-models/evaluation/verifier.ts';
import { analyze, encoded, nameOf, signalOf } from './analysis.ts';
import { thresholdFor } from './calibration/threshold.ts';
import type { Handler, ServiceContext } from './context.ts';
import { candidatesUnder, type NamingRules } from './mix-ups/exclusions.ts';
import { notesOn, sentencesOf } from './photo-notes.ts';

type IdentifiedFace = CommandOutput<'identification.identify'>['faces'][number];
type Match = IdentifiedFace['matches'][number];

/** People who share the probability with the nearest, be they shown or not. */
const LEAST_CANDIDATES = 5;

/** A face is identified where the nearest template is at the threshold or nearer (see `decide`). */
export const identify: Handler<'identification.identify'> = async (context, payload, call) => {
  const started = performance.now();
  const analysis = await analyze(context.host, payload.image, { encode: 'all' }, call);
  const { encoder, width, height, provider } = analysis;
  const notes = notesOn(analysis, nameOf(payload.image), analysis.faces);
  const options = { top: Math.max(payload.top, LEAST_CANDIDATES), ...signalOf(call) };
  const probes = probesOf(analysis.faces, encoder.dimension);
  const { size, damaged, people, matches, own } = await context.gallery.search(
    encoder,
    probes,
    options,
  );
  const { threshold, source } = thresholdFor(context.store, encoder, payload.threshold);
  const rules = { threshold, own, people, encoder };
  const faces = analysis.faces.map(({ box, score, quality }, i) => {
    const decided = decideAbout(context.store, matches[i] ?? [], rules);
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
      ...galleryWarnings(context.store, encoder, size),
      ...damageWarnings(damaged),
    ],
    elapsedMs: performance.now() - started,
  };
};

/** float32[faces × dimension], in the order of the faces. */
function probesOf(faces: readonly AnalyzedFace[], dimension: number): Float32Array {
  const probes = new Float32Array(faces.length * dimension);
  faces.forEach((face, i) => probes.set(encoded(face).encoding, i * dimension));
  return probes;
}

/** What identification goes by for the faces of one photo. */
interface Rules extends NamingRules {
  /** Enrolled people who were searched. */
  readonly people: number;
  readonly encoder: EncoderInfo;
}

/**
 * Somebody whom another process has just deleted is left out, and so is everybody of whom was said
 * that such a face is not theirs.
 */
function decideAbout(store: Store, found: readonly GalleryCandidate[], rules: Rules) {
  const candidates = store.read((tables) =>
    candidatesUnder(found, rules).flatMap((candidate) => {
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
