import type { CommandOutput } from '../contract/commands.ts';
import { countTemplates, findPerson, insertActivity, type Store } from '../../db/store.ts';
import type { AnalysedFace, EncoderInfo, GalleryCandidate } from '../model-host/types.ts';
import { strangerWarnings } from './adoption/strangers.ts';
import { activity } from './activity-entry.ts';
import { posteriorsOf } from '../../native-models/evaluation/verifier/posterior.ts';
import { analyse, encoded, signalOf } from './analysis.ts';
import { thresholdFor } from './calibration/threshold.ts';
import type { Handler, ServiceContext } from './context.ts';
import { readSettings } from './kept-settings.ts';
import { nameable } from './mix-ups/candidates.ts';

type IdentifiedFace = CommandOutput<'identification.identify'>['faces'][number];
type Match = IdentifiedFace['matches'][number];

/** People who share the probability with the nearest, be they shown or not. */
const LEAST_CANDIDATES = 5;

/** A face is identified where the nearest template is at the threshold or nearer. */
export const identify: Handler<'identification.identify'> = async (context, payload, call) => {
  const started = performance.now();
  const analysis = await analyse(context.host, payload.image, { encode: 'all' }, call);
  const { encoder, width, height, provider } = analysis;
  const options = { top: Math.max(payload.top, LEAST_CANDIDATES), ...signalOf(call) };
  const probes = probesOf(analysis.faces, encoder.dimension);
  const { size, people, matches, own } = await context.gallery.search(encoder, probes, options);
  const { threshold, source } = thresholdFor(context.store, encoder, payload.threshold);
  const faces = analysis.faces.map((face, i) =>
    decide(
      face,
      matchesOf(context.store, matches[i] ?? [], people, own).slice(0, payload.top),
      threshold,
    ),
  );
  if (context.store.read(readSettings).recordRecognitions) record(context, faces);
  return {
    width,
    height,
    model: encoder.id,
    threshold,
    thresholdSource: source,
    faces,
    provider,
    warnings: [...analysis.warnings, ...galleryWarnings(context.store, encoder, size)],
    elapsedMs: performance.now() - started,
  };
};

/** float32[faces × dimension], in the order of the faces. */
function probesOf(faces: readonly AnalysedFace[], dimension: number): Float32Array {
  const probes = new Float32Array(faces.length * dimension);
  faces.forEach((face, i) => probes.set(encoded(face).encoding, i * dimension));
  return probes;
}

/**
 * Somebody whom another process has just deleted is left out, and so is everybody of whom was said
 * that such a face is not theirs.
 */
function matchesOf(
  store: Store,
  found: readonly GalleryCandidate[],
  people: number,
  own: ReadonlyMap<number, number>,
): Match[] {
  const candidates = nameable(found, own);
  const posteriors = posteriorsOf(
    candidates.map(({ logOdds }) => logOdds),
    people,
  );
  return store.read((tables) =>
    candidates.flatMap(({ personId, distance }, i) => {
      const person = findPerson(tables, personId);
      const probability = posteriors[i]!;
      return person === undefined ? [] : [{ personId, name: person.name, distance, probability }];
    }),
  );
}

function decide(
  { box, score, quality }: AnalysedFace,
  matches: Match[],
  threshold: number,
): IdentifiedFace {
  const [best] = matches;
  const identified = best !== undefined && best.distance <= threshold;
  return { box, score, quality, decision: identified ? 'identified' : 'unknown', matches };
}

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
