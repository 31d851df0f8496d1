import { insertActivity, noteAttendance, type Store } from '../../../db/store.ts';
import { activity, localDay, localZone, readSettings } from '../kept-settings.ts';
import type { EncoderInfo, HostResult, ModelHost } from '../../model-host/types.ts';
import type { GallerySync } from '../gallery-sync.ts';
import { held, posteriorsOf } from '../../../native-models/evaluation/verifier.ts';
import { candidatesUnder } from '../exclusions.ts';

/** What one look at a face gave: the nearest people, nearest first. */
export type Sighting = readonly {
  readonly personId: number;
  readonly distance: number;
  /** 0…1 among everyone enrolled and nobody, of this look alone. */
  readonly probability: number;
}[];

export type Verdict =
  | { readonly kind: 'looking' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'identified'; readonly personId: number; readonly distance: number };

export const looking: Verdict = { kind: 'looking' };

/** Looks that count; older ones are forgotten. */
export const WINDOW = 5;
/** So many looks must name the same person. */
const AGREE = 3;
/** So many looks must be had before somebody is called unknown: enrolled people may blink. */
const UNKNOWN_AFTER = 4;
/** A name that is shown stays up to a little beyond the threshold, or it would flicker there. */
const SLACK = 1.06;

/**
 * Decides over several looks at one face. A person's distance is the median over the looks, so that
 * one bad look changes nothing; the nearest person is named where that median is at the threshold
 * or nearer and at least three looks by themselves name the same.
 *
 * @param sightings of different frames, at most `WINDOW`, the latest last
 * @param former what was decided before
 */
export function judge(sightings: readonly Sighting[], threshold: number, former: Verdict): Verdict {
  if (sightings.length < AGREE) return former;
  const best = nearestOnAverage(sightings);
  const isNamed =
    best !== null &&
    best.distance <= threshold &&
    sightings.filter((sighting) => names(sighting, best.personId, threshold)).length >= AGREE;
  if (isNamed) return { kind: 'identified', ...best };
  if (former.kind === 'identified') {
    const distance = medianDistance(sightings, former.personId);
    if (distance <= threshold * SLACK) return { ...former, distance };
  }
  const isNobody = best === null || best.distance > threshold;
  if (isNobody && sightings.length >= UNKNOWN_AFTER) return { kind: 'unknown' };
  return former;
}

/** Whether the verdict stands on enough looks and the latest does not speak against it. */
export function isSettled(
  sightings: readonly Sighting[],
  threshold: number,
  verdict: Verdict,
): boolean {
  const latest = sightings.at(-1);
  if (latest === undefined || sightings.length < AGREE) return false;
  switch (verdict.kind) {
    case 'looking':
      return false;
    case 'unknown':
      return (latest[0]?.distance ?? Infinity) > threshold;
    case 'identified':
      return names(latest, verdict.personId, threshold * SLACK);
  }
}

const names = ([nearest]: Sighting, personId: number, threshold: number): boolean =>
  nearest?.personId === personId && nearest.distance <= threshold;

function nearestOnAverage(
  sightings: readonly Sighting[],
): { readonly personId: number; readonly distance: number } | null {
  const people = new Set(sightings.flatMap((sighting) => sighting.map(({ personId }) => personId)));
  const distances = [...people].map((personId) => ({
    personId,
    distance: medianDistance(sightings, personId),
  }));
  return distances.reduce<(typeof distances)[number] | null>(
    (best, next) => (best === null || next.distance < best.distance ? next : best),
    null,
  );
}

/**
 * The probability of a person over several looks, the median again; looks that miss the person
 * count as 0.
 */
function medianProbability(sightings: readonly Sighting[], personId: number): number {
  const stated = sightings
    .map((sighting) => sighting.find((near) => near.personId === personId)?.probability ?? 0)
    .sort((a, b) => b - a);
  return stated[Math.floor(stated.length / 2)] ?? 0;
}

export interface Candidate {
  readonly personId: number;
  /** 0…1 */
  readonly probability: number;
}

/** Whoever is less likely is not worth asking about. */
const WORTH_ASKING = 0.02;
const MOST_CANDIDATES = 2;

/** Whom a face may show although the looks do not suffice for a name; the likeliest first. */
export function likeliest(sightings: readonly Sighting[]): readonly Candidate[] {
  const people = new Set(sightings.flatMap((sighting) => sighting.map(({ personId }) => personId)));
  return [...people]
    .map((personId) => ({ personId, probability: medianProbability(sightings, personId) }))
    .filter(({ probability }) => probability >= WORTH_ASKING)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MOST_CANDIDATES);
}

/** Of an even number the worse of the two in the middle; infinite where most looks miss the person. */
function medianDistance(sightings: readonly Sighting[], personId: number): number {
  const distances = sightings
    .map((sighting) => sighting.find((near) => near.personId === personId)?.distance ?? Infinity)
    .sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? Infinity;
}

/** Milliseconds within which a person is noted once, in however many frames they are. */
const PERIOD = 60_000;

/** When a person was last noted, on every clock there is. */
interface Noted {
  /** Milliseconds of `elapsed`. */
  readonly at: number;
  /** Milliseconds of the machine's clock. */
  readonly time: number;
  /** In the machine's time zone. */
  readonly day: string;
}

/** Writes down who was identified by a camera, as far as the settings say so. */
export class LiveNotes {
  readonly #store: Store;
  readonly #elapsed: () => number;
  readonly #noted = new Map<number, Noted>();

  /** @param elapsed milliseconds on a clock that nobody can set */
  constructor(store: Store, elapsed: () => number) {
    this.#store = store;
    this.#elapsed = elapsed;
  }

  /** Gives whether something was added to the activity. */
  note(people: readonly number[], now: Date): boolean {
    const moment = { at: this.#elapsed(), time: now.getTime(), day: localDay(now) };
    const due = people.filter((id) => isDue(this.#noted.get(id), moment));
    if (due.length === 0) return false;
    const { recordRecognitions, kiosk } = this.#store.read(readSettings);
    if (recordRecognitions || kiosk.attendance)
      this.#store.write((tables) => {
        for (const personId of due) {
          if (recordRecognitions)
            insertActivity(tables, activity('identified', personId, { faces: 1 }, now));
          if (!kiosk.attendance) continue;
          const seen = now.toISOString();
          const { day } = moment;
          const times = { firstSeen: seen, lastSeen: seen, zone: localZone() };
          noteAttendance(tables, { personId, day, ...times });
        }
      });
    // Only what is written counts as noted: after a full disk the next frame tries again.
    for (const id of due) this.#noted.set(id, moment);
    return recordRecognitions;
  }
}

/**
 * A minute has passed on either clock, or another day has begun. The clock of the process stands
 * still while a machine sleeps; that of the machine jumps, and may go back for years.
 */
const isDue = (former: Noted | undefined, { at, time, day }: Noted): boolean =>
  former === undefined ||
  at - former.at >= PERIOD ||
  Math.abs(time - former.time) >= PERIOD ||
  day !== former.day;

/** If no frame arrives for so many milliseconds, the stream is dropped. */
const STALE = 30_000;
const SWEEP = 10_000;
/** Further views end the one that has been silent for the longest time. */
const MOST_STREAMS = 16;
/** Faces out of view that may come back under their number. */
const REMEMBERED = 32;
/** People that a look at a face names. */
const TOP = 3;

type Frame = HostResult<'track'>;
type SeenFace = Frame['faces'][number];

/** How identification decides at present. */
interface Rules {
  readonly threshold: number;
  /** Enrolled people who were searched. */
  readonly people: number;
  readonly encoder: EncoderInfo;
}

interface Track {
  readonly sightings: readonly Sighting[];
  readonly verdict: Verdict;
}

interface Stream {
  readonly tracks: Map<number, Track>;
  /** Milliseconds, on the clock of the process. */
  seenAt: number;
}

export interface JudgedFace {
  readonly face: SeenFace;
  readonly verdict: Verdict;
  /** Of the person whom the verdict names, at least ½; 0 where it names nobody. */
  readonly probability: number;
  /** Where the verdict is `unknown`: whom the looks say it may be nevertheless. */
  readonly candidates: readonly Candidate[];
}

/** A frame with what has been decided about its faces so far. */
interface JudgedFrame extends Omit<Frame, 'faces'> {
  readonly faces: readonly JudgedFace[];
}

/** The videos that are being watched, and the votes on each face in them. */
export class LiveStreams {
  readonly #host: ModelHost;
  readonly #gallery: GallerySync;
  readonly #streams = new Map<string, Stream>();
  /** Of all videos: a number stands for one face, whatever becomes of the host meanwhile. */
  #lastTrack = 0;
  readonly #thresholdOf: (encoder: EncoderInfo) => number;
  /** In the latest frame. */
  #threshold = 0;
  #sweep: NodeJS.Timeout | null = null;

  constructor(
    host: ModelHost,
    gallery: GallerySync,
    thresholdOf: (encoder: EncoderInfo) => number,
  ) {
    this.#thresholdOf = thresholdOf;
    this.#host = host;
    this.#gallery = gallery;
    // A new process has forgotten the faces.
    host.onStart(() => {
      this.#streams.clear();
    });
  }

  /**
   * @param watch a track that is encoded in this frame in any case
   * @throws LikenessError those of decoding a picture, and of the host
   */
  async look(
    name: string,
    frame: Uint8Array,
    { watch, ...options }: { readonly signal?: AbortSignal; readonly watch?: number | undefined },
  ): Promise<JudgedFrame> {
    await this.#gallery.current(options);
    const unsettled = this.#unsettled(this.#open(name));
    const eager = watch === undefined ? unsettled : [...unsettled, watch];
    const firstTrack = this.#lastTrack + 1;
    const payload = { stream: name, frame, top: TOP, eager, firstTrack };
    const { faces, ...seen } = await this.#host.request('track', payload, options);
    this.#lastTrack = Math.max(this.#lastTrack, ...faces.map(({ track }) => track));
    const threshold = this.#thresholdOf(seen.encoder);
    this.#threshold = threshold;
    const { people, encoder } = seen;
    const judged = this.#judge(this.#open(name), faces, { threshold, people, encoder });
    return { ...seen, faces: judged };
  }

  async end(name: string): Promise<void> {
    if (!this.#streams.delete(name)) return;
    // A host that has died has forgotten it; none is started for that.
    if (this.#host.state.kind === 'ready') await this.#host.request('endTrack', { stream: name });
  }

  /** Other people are enrolled than before: the votes begin anew, while names that are shown stay. */
  reconsider(): void {
    for (const { tracks } of this.#streams.values())
      for (const [id, { verdict }] of tracks)
        tracks.set(id, {
          sightings: [],
          verdict: verdict.kind === 'identified' ? verdict : looking,
        });
  }

  close(): void {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#streams.clear();
  }

  #open(name: string): Stream {
    const stream = this.#streams.get(name) ?? { tracks: new Map<number, Track>(), seenAt: 0 };
    stream.seenAt = performance.now();
    this.#streams.set(name, stream);
    this.#sweep ??= setInterval(() => this.#endStale(), SWEEP).unref();
    if (this.#streams.size > MOST_STREAMS) this.#quietly(this.#silentest());
    return stream;
  }

  #silentest(): string {
    const [[name]] = [...this.#streams].sort(([, a], [, b]) => a.seenAt - b.seenAt) as [
      [string, Stream],
    ];
    return name;
  }

  #endStale(): void {
    const now = performance.now();
    for (const [name, { seenAt }] of this.#streams) if (now - seenAt > STALE) this.#quietly(name);
  }

  /** A host that cannot forget a video any more has forgotten all of them. */
  #quietly(name: string): void {
    this.end(name).catch(() => undefined);
  }

  #unsettled({ tracks }: Stream): number[] {
    const threshold = this.#threshold;
    return [...tracks]
      .filter(([, { sightings, verdict }]) => !isSettled(sightings, threshold, verdict))
      .map(([id]) => id);
  }

  #judge({ tracks }: Stream, faces: readonly SeenFace[], rules: Rules): readonly JudgedFace[] {
    const verdicts = faces.map((face) => {
      const former = tracks.get(face.track) ?? { sightings: [], verdict: looking };
      const track = judged(former, face, rules);
      // Taken out first, so that those that are in view come last.
      tracks.delete(face.track);
      tracks.set(face.track, track);
      const { verdict } = track;
      const candidates = candidatesIn(track);
      return { face, verdict, probability: probabilityIn(track), candidates };
    });
    for (const id of tracks.keys()) if (tracks.size > faces.length + REMEMBERED) tracks.delete(id);
    return verdicts;
  }
}

/** A name that only lasts (see `judge`) may have less evidence by now: held as every decision is. */
const probabilityIn = ({ sightings, verdict }: Track): number =>
  verdict.kind === 'identified'
    ? held(true, [medianProbability(sightings, verdict.personId)])[0]!
    : 0;

function candidatesIn({ sightings, verdict }: Track): readonly Candidate[] {
  if (verdict.kind !== 'unknown') return [];
  const found = likeliest(sightings);
  const probabilities = held(
    false,
    found.map(({ probability }) => probability),
  );
  return found.map(({ personId }, i) => ({ personId, probability: probabilities[i]! }));
}

/** Only a look of this very frame is news. */
function judged(former: Track, { fresh, candidates: found }: SeenFace, rules: Rules): Track {
  if (!fresh || found === undefined) return former;
  const { people, encoder, threshold } = rules;
  const candidates = candidatesUnder(found, threshold);
  const posteriors = posteriorsOf(candidates, { people, curve: encoder.probability });
  const sighting = candidates.map(({ personId, distance }, i) => ({
    personId,
    distance,
    probability: posteriors[i]!,
  }));
  const sightings = [...former.sightings, sighting].slice(-WINDOW);
  return { sightings, verdict: judge(sightings, threshold, former.verdict) };
}
