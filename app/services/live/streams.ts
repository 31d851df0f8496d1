import type { EncoderInfo, HostResult, ModelHost } from '../../model-host/types.ts';
import type { GallerySync } from '../gallery-sync.ts';
import { held, posteriorsOf } from '../../../native-models/evaluation/verifier/decision.ts';
import { candidatesUnder, type NamingRules } from '../mix-ups/candidates.ts';
import {
  isSettled,
  judge,
  likeliest,
  looking,
  medianProbability,
  WINDOW,
  type Candidate,
  type Sighting,
  type Verdict,
} from './vote.ts';

/** Nobody sends frames of a video for so many milliseconds and comes back to it. */
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
interface Rules extends NamingRules {
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
export interface JudgedFrame extends Omit<Frame, 'faces'> {
  readonly faces: readonly JudgedFace[];
}

/** The videos that are being watched, and the votes on each face in them. */
export class LiveStreams {
  readonly #host: ModelHost;
  readonly #gallery: GallerySync;
  readonly #streams = new Map<string, Stream>();
  #encoder: EncoderInfo | null = null;
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
      this.#encoder = null;
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
    const examples = await this.#gallery.prepare(await this.#encoderInUse(options));
    const unsettled = this.#unsettled(this.#open(name));
    const eager = watch === undefined ? unsettled : [...unsettled, watch];
    const firstTrack = this.#lastTrack + 1;
    const payload = { stream: name, frame, top: TOP + examples.people, eager, firstTrack };
    const { faces, ...seen } = await this.#host.request('track', payload, options);
    this.#encoder = seen.encoder;
    this.#lastTrack = Math.max(this.#lastTrack, ...faces.map(({ track }) => track));
    const threshold = this.#thresholdOf(seen.encoder);
    this.#threshold = threshold;
    const people = Math.max(0, seen.people - examples.people);
    const { encoder } = seen;
    const rules = { threshold, own: examples.own, people, encoder };
    const judged = this.#judge(this.#open(name), faces, rules);
    return { ...seen, people, faces: judged };
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

  async #encoderInUse(options: { readonly signal?: AbortSignal }): Promise<EncoderInfo> {
    return this.#encoder ?? (await this.#host.request('warmUp', {}, options)).encoder;
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
  const candidates = candidatesUnder(found, rules);
  const posteriors = posteriorsOf(candidates, { people, curve: encoder.probability });
  const sighting = candidates.map(({ personId, distance }, i) => ({
    personId,
    distance,
    probability: posteriors[i]!,
  }));
  const sightings = [...former.sightings, sighting].slice(-WINDOW);
  return { sightings, verdict: judge(sightings, threshold, former.verdict) };
}
