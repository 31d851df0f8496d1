import type { Box, Face, Quality } from '../../app/contract/values.ts';
import { decodeImage } from '../images/decode.ts';
import { buildPyramid, type ImagePyramid } from '../images/pyramid.ts';
import { alignFace } from './align.ts';
import { encodeChips } from './encode.ts';
import type { FaceModels } from './face-models.ts';
import type { Detection } from './geometry.ts';
import { followFaces, type LocatedFace } from './locate-faces.ts';
import { searchFrame } from './search-frame.ts';
import { assessQuality } from './quality.ts';
import { associate, type Track } from './tracks.ts';

export interface StreamFace extends Face {
  /** Stays with a face while it is in view. */
  readonly track: number;
  /** float32[dimension], of this frame or of an earlier one in which the face was as good. */
  readonly encoding: Float32Array;
  /** The encoding is of this very frame. */
  readonly fresh: boolean;
}

export interface StreamFrame {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly StreamFace[];
}

interface FollowedFace extends LocatedFace {
  readonly track: number;
}

/** What is known of a track beyond where it is. */
interface Identity {
  readonly encoding: Float32Array;
  readonly quality: Quality;
  readonly encodedAt: number;
}

/** A face that stays is encoded again after so many frames: it may have turned to the camera. */
const ENCODE_EVERY = 12;

/** Between two searches the landmarks lead from frame to frame; new faces wait for the next search. */
const SEARCH_EVERY = 2;

/** The faces of one video, frame by frame. Frames must come in order, one at a time. */
export class FaceStream {
  readonly #models: FaceModels;
  readonly #identities = new Map<number, Identity>();
  #tracks: readonly Track[] = [];
  #last: readonly LocatedFace[] = [];
  #nextId = 1;
  #frames = 0;

  constructor(models: FaceModels) {
    this.#models = models;
  }

  /**
   * @param eager tracks that shall be encoded in this frame, as well as those that are due
   * @throws LikenessError those of decoding a picture
   */
  async next(frame: Uint8Array, eager: readonly number[] = []): Promise<StreamFrame> {
    const { width, height, pixels } = await decodeImage({ name: 'The frame', bytes: frame });
    const photo = await buildPyramid(pixels);
    const detections = await this.#detect(photo);
    this.#last = await followFaces(this.#models.landmarks, photo, detections, this.#last);
    const seen = this.#follow(this.#last);
    await this.#encodeWhatIsDue(photo, seen, new Set(eager));
    return { width, height, faces: seen.map((face) => this.#streamFace(face)) };
  }

  async #detect(photo: ImagePyramid): Promise<readonly Detection[]> {
    const isSettled = this.#last.length > 0 && this.#last.length === this.#tracks.length;
    if (isSettled && this.#frames % SEARCH_EVERY !== 0)
      return this.#last.map(({ detected, score }) => ({ box: detected, score }));
    return searchFrame(await this.#models.detectors.video(), photo, this.#expected());
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
    const living = new Set(this.#tracks.map(({ id }) => id));
    for (const id of this.#identities.keys()) if (!living.has(id)) this.#identities.delete(id);
    return links.flatMap(({ track, boxIndex }) =>
      boxIndex === null ? [] : [{ track: track.id, ...faces[boxIndex]! }],
    );
  }

  async #encodeWhatIsDue(
    photo: ImagePyramid,
    seen: readonly FollowedFace[],
    eager: ReadonlySet<number>,
  ): Promise<void> {
    const due = seen.filter(({ track }) => eager.has(track) || this.#isDue(track));
    const { encoder } = this.#models;
    const chips = due.map(({ landmarks }) => alignFace(photo, landmarks, encoder.manifest));
    const encodings = await encodeChips(encoder, chips);
    due.forEach(({ track, landmarks, score }, i) => {
      const quality = assessQuality(chips[i]!, landmarks, score);
      this.#identities.set(track, { encoding: encodings[i]!, quality, encodedAt: this.#frames });
    });
  }

  #isDue(track: number): boolean {
    const known = this.#identities.get(track);
    return known === undefined || this.#frames - known.encodedAt >= ENCODE_EVERY;
  }

  #streamFace({ track, box, score, landmarks }: FollowedFace): StreamFace {
    const { encoding, quality, encodedAt } = this.#identities.get(track)!;
    const points = landmarks.map(([x, y]): [number, number] => [x, y]);
    const fresh = encodedAt === this.#frames;
    return { track, box, score, landmarks: points, quality, encoding, fresh };
  }
}
