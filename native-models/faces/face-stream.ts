import type { Box, Quality } from '../../contract/values.ts';
import { intersectionOverUnion, type Detection } from '../../foundation/geometry.ts';
import type { FramePart } from '../../contract/application.ts';
import { decodeImage } from '../images/decode.ts';
import { buildPyramid, type ImagePyramid } from '../images/resampling.ts';
import { alignFace } from './align.ts';
import { encodeChips } from './encode.ts';
import { followFaces, type FaceModels, type LocatedFace } from './find-faces.ts';
import { Resemblance } from './resemblance.ts';
import { findInFrame } from './search.ts';
import { assessQuality } from './quality.ts';

/** A face that is followed from frame to frame. */
export interface Track {
  /** Never used twice within a stream. */
  readonly id: number;
  readonly box: Box;
  /** Frames since the face was last found; 0 in this one. */
  readonly missed: number;
}

/** A track, and which box of the frame is its face. */
export interface Link {
  readonly track: Track;
  /** null where the face was missed. */
  readonly boxIndex: number | null;
}

/** What overlaps less is another face. */
const SAME_FACE_IOU = 0.3;
/** A face that was hidden for so many frames comes back under its own number. */
const FORGET_AFTER = 10;

/**
 * Hands the boxes of a new frame to the tracks of the last one, greedily by overlap; boxes that
 * are left open new tracks. Tracks that found no box stay for a while, with `missed` counted up.
 *
 * @param nextId the first free number
 * @returns the tracks with their boxes' indices (null where missed), in no particular order
 */
export function associate(
  tracks: readonly Track[],
  boxes: readonly Box[],
  nextId: number,
): readonly Link[] {
  const pairs = bestPairs(tracks, boxes);
  const taken = new Set(pairs.values());
  const kept = tracks.flatMap((track): Link[] => {
    const boxIndex = pairs.get(track.id) ?? null;
    if (boxIndex !== null)
      return [{ track: { id: track.id, box: boxes[boxIndex]!, missed: 0 }, boxIndex }];
    const missed = track.missed + 1;
    return missed > FORGET_AFTER ? [] : [{ track: { ...track, missed }, boxIndex }];
  });
  const opened = boxes
    .map((box, boxIndex) => ({ box, boxIndex }))
    .filter(({ boxIndex }) => !taken.has(boxIndex))
    .map(({ box, boxIndex }, i) => ({ track: { id: nextId + i, box, missed: 0 }, boxIndex }));
  return [...kept, ...opened];
}

/** Track number → box index; the pair that overlaps most goes first. */
function bestPairs(tracks: readonly Track[], boxes: readonly Box[]): Map<number, number> {
  const candidates = tracks
    .flatMap(({ id, box }) =>
      boxes.map((other, boxIndex) => ({ id, boxIndex, iou: intersectionOverUnion(box, other) })),
    )
    .filter(({ iou }) => iou >= SAME_FACE_IOU)
    .sort((a, b) => b.iou - a.iou);
  const pairs = new Map<number, number>();
  const taken = new Set<number>();
  for (const { id, boxIndex } of candidates) {
    if (pairs.has(id) || taken.has(boxIndex)) continue;
    pairs.set(id, boxIndex);
    taken.add(boxIndex);
  }
  return pairs;
}

interface StreamFace {
  /** Stays with a face while it is in view, and comes back with it. */
  readonly track: number;
  readonly part: FramePart;
  readonly quality: Quality;
  /** float32[dimension], of this frame or of an earlier one in which the face was as good. */
  readonly encoding: Float32Array;
  /** The encoding is of this very frame. */
  readonly fresh: boolean;
  /** It is fresh, and agrees with what the track has looked like before. */
  readonly confirmed: boolean;
}

interface FollowedFace extends LocatedFace {
  readonly track: number;
}

/** The latest look at a track. */
interface Look {
  readonly encoding: Float32Array;
  readonly quality: Quality;
  readonly encodedAt: number;
  readonly confirmed: boolean;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A face that stays is encoded again after so many frames: it may have turned to the camera. */
const ENCODE_EVERY = 12;

/** Between two searches the landmarks lead from frame to frame; new faces wait for the next search. */
const SEARCH_EVERY = 2;
/**
 * Milliseconds after a search in which a frame may do without one. On a slow machine every frame is
 * searched: a face that has gone would be drawn for one frame more, which there is a second.
 */
const SEARCHED_MS = 120;

/**
 * The faces of one video, frame by frame. Frames must come in order, one at a time, and may change in
 * size. Inside, boxes are in pixels of the latest frame; outside, in shares of it.
 */
export class FaceStream {
  readonly #models: FaceModels;
  readonly #resemblance: Resemblance;
  readonly #looks = new Map<number, Look>();
  #tracks: readonly Track[] = [];
  #last: readonly LocatedFace[] = [];
  #size: Size = { width: 1, height: 1 };
  #nextId: number;
  #frames = 0;
  #searchedAt = -Infinity;

  /** @param firstTrack the number of the first face that comes into view */
  constructor(models: FaceModels, firstTrack = 1) {
    this.#models = models;
    this.#resemblance = new Resemblance(models.encoder.manifest.task.thresholds.verification);
    this.#nextId = firstTrack;
  }

  /**
   * @param eager tracks that shall be encoded in this frame, as well as those that are due
   * @throws LikenessError those of decoding a picture
   */
  async next(frame: Uint8Array, eager: readonly number[] = []): Promise<readonly StreamFace[]> {
    const { width, height, pixels } = await decodeImage({ name: 'The frame', bytes: frame });
    this.#fitTo({ width, height });
    const photo = await buildPyramid(pixels);
    const detections = await this.#detect(photo);
    this.#last = await followFaces(this.#models.landmarks, photo, detections, this.#last);
    const seen = await this.#recognize(photo, this.#follow(this.#last), new Set(eager));
    return seen.map((face) => this.#streamFace(face));
  }

  /** A frame of another size: what is known of the last one is put into its pixels. */
  #fitTo(size: Size): void {
    const [across, down] = [size.width / this.#size.width, size.height / this.#size.height];
    this.#size = size;
    if (across === 1 && down === 1) return;
    const fitted = (box: Box): Box => ({
      x: box.x * across,
      y: box.y * down,
      width: box.width * across,
      height: box.height * down,
    });
    this.#tracks = this.#tracks.map((track) => ({ ...track, box: fitted(track.box) }));
    this.#last = this.#last.map((face) => ({
      ...face,
      box: fitted(face.box),
      detected: fitted(face.detected),
      landmarks: face.landmarks.map(([x, y]) => [x * across, y * down] as const),
    }));
    // Another size may show another part of the room: nothing is where it was expected.
    this.#searchedAt = -Infinity;
  }

  async #detect(photo: ImagePyramid): Promise<readonly Detection[]> {
    const now = performance.now();
    const isSettled =
      this.#last.length > 0 &&
      this.#last.length === this.#tracks.length &&
      now - this.#searchedAt <= SEARCHED_MS;
    if (isSettled && this.#frames % SEARCH_EVERY !== 0)
      return this.#last.map(({ detected, score }) => ({ box: detected, score }));
    this.#searchedAt = now;
    return findInFrame(await this.#models.detectors.video(), photo, this.#expected());
  }

  /** Where faces were in the last frame. */
  #expected(): readonly Box[] {
    return this.#tracks.map(({ box }) => box);
  }

  /** Moves the tracks on; returns the faces that are in view. */
  #follow(faces: readonly LocatedFace[]): readonly FollowedFace[] {
    this.#frames++;
    const boxes = faces.map(({ box }) => box);
    const links = associate(this.#tracks, boxes, this.#nextId);
    this.#tracks = links.map(({ track }) => track);
    this.#nextId = 1 + Math.max(this.#nextId - 1, ...this.#tracks.map(({ id }) => id));
    return links.flatMap(({ track, boxIndex }) =>
      boxIndex === null ? [] : [{ track: track.id, ...faces[boxIndex]! }],
    );
  }

  /** Encodes what is due; a face that turns out to be another one than its place says is renumbered. */
  async #recognize(
    photo: ImagePyramid,
    seen: readonly FollowedFace[],
    eager: ReadonlySet<number>,
  ): Promise<readonly FollowedFace[]> {
    const due = seen.filter(({ track }) => eager.has(track) || this.#isDue(track));
    const { encoder } = this.#models;
    const chips = due.map(({ landmarks }) => alignFace(photo, landmarks, encoder.manifest));
    const encodings = await encodeChips(encoder, chips);
    const inView = new Set(seen.map(({ track }) => track));
    const numbers = new Map<number, number>();
    due.forEach(({ track, landmarks, score }, i) => {
      const encoding = encodings[i]!;
      const quality = assessQuality(chips[i]!, landmarks, score);
      const sight = { encoding, quality: quality.score };
      const { is, confirmed } = this.#resemblance.see(track, sight, inView, () => this.#nextId++);
      this.#looks.set(is, { encoding, quality, encodedAt: this.#frames, confirmed });
      if (is === track) return;
      inView.add(is);
      numbers.set(track, is);
    });
    this.#renumber(numbers);
    const living = new Set(this.#tracks.map(({ id }) => id));
    for (const id of this.#looks.keys()) if (!living.has(id)) this.#looks.delete(id);
    return seen.map((face) => ({ ...face, track: numbers.get(face.track) ?? face.track }));
  }

  #renumber(numbers: ReadonlyMap<number, number>): void {
    if (numbers.size === 0) return;
    const taken = new Set(numbers.values());
    this.#tracks = this.#tracks
      .filter(({ id }) => !taken.has(id))
      .map((track) => ({ ...track, id: numbers.get(track.id) ?? track.id }));
  }

  #isDue(track: number): boolean {
    const known = this.#looks.get(track);
    return known === undefined || this.#frames - known.encodedAt >= ENCODE_EVERY;
  }

  #streamFace({ track, box }: FollowedFace): StreamFace {
    const { encoding, quality, encodedAt, confirmed } = this.#looks.get(track)!;
    const fresh = encodedAt === this.#frames;
    const { width, height } = this.#size;
    const part: FramePart = {
      left: box.x / width,
      top: box.y / height,
      across: box.width / width,
      down: box.height / height,
    };
    return { track, part, quality, encoding, fresh, confirmed: fresh && confirmed };
  }
}
