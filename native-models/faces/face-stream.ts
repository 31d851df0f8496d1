import type { Box, Face, Point, Quality } from '../../app/contract/values.ts';
import { decodeImage } from '../images/decode.ts';
import { buildPyramid, type ImagePyramid } from '../images/pyramid.ts';
import { alignFace } from './align.ts';
import { encodeChips } from './encode.ts';
import type { FaceModels } from './face-models.ts';
import type { Detection } from './geometry.ts';
import { findLandmarks } from './landmarks.ts';
import { searchFrame } from './search-frame.ts';
import { assessQuality } from './quality.ts';
import { associate, type Track } from './tracks.ts';

export interface StreamFace extends Face {
  /** Stays with a face while it is in view. */
  readonly track: number;
  /** float32[dimension], of this frame or of an earlier one in which the face was as good. */
  readonly encoding: Float32Array;
}

export interface StreamFrame {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly StreamFace[];
}

/** What is known of a track beyond where it is. */
interface Identity {
  readonly encoding: Float32Array;
  readonly quality: Quality;
  readonly encodedAt: number;
}

/** A face that stays is encoded again after so many frames: it may have turned to the camera. */
const ENCODE_EVERY = 12;

/** The faces of one video, frame by frame. Frames must come in order, one at a time. */
export class FaceStream {
  readonly #models: FaceModels;
  readonly #identities = new Map<number, Identity>();
  #tracks: readonly Track[] = [];
  #nextId = 1;
  #frames = 0;

  constructor(models: FaceModels) {
    this.#models = models;
  }

  /** Errors: those of decoding a picture. */
  async next(frame: Uint8Array): Promise<StreamFrame> {
    const { width, height, pixels } = await decodeImage({ name: 'The frame', bytes: frame });
    const photo = await buildPyramid(pixels);
    const { first } = this.#models.detectors;
    const detections = await searchFrame(first, photo);
    const boxes = detections.map(({ box }) => box);
    const landmarks = await findLandmarks(this.#models.landmarks, photo, boxes);
    const seen = this.#follow(boxes);
    await this.#encodeWhatIsDue(photo, seen, detections, landmarks);
    const faces = seen.map(({ id, boxIndex }) => {
      const { encoding, quality } = this.#identities.get(id)!;
      const { box, score } = detections[boxIndex]!;
      return {
        track: id,
        box,
        score,
        landmarks: landmarks[boxIndex]!.map(mutable),
        quality,
        encoding,
      };
    });
    return { width, height, faces };
  }

  /** Moves the tracks on; returns those that are in view. */
  #follow(boxes: readonly Box[]): readonly { id: number; boxIndex: number }[] {
    this.#frames++;
    const links = associate(this.#tracks, boxes, this.#nextId);
    this.#tracks = links.map(({ track }) => track);
    this.#nextId = 1 + Math.max(this.#nextId - 1, ...this.#tracks.map(({ id }) => id));
    const living = new Set(this.#tracks.map(({ id }) => id));
    for (const id of this.#identities.keys()) if (!living.has(id)) this.#identities.delete(id);
    return links.flatMap(({ track, boxIndex }) =>
      boxIndex === null ? [] : [{ id: track.id, boxIndex }],
    );
  }

  async #encodeWhatIsDue(
    photo: ImagePyramid,
    seen: readonly { id: number; boxIndex: number }[],
    detections: readonly Detection[],
    landmarks: readonly (readonly Point[])[],
  ): Promise<void> {
    const due = seen.filter(({ id }) => this.#isDue(id));
    if (due.length === 0) return;
    const { encoder } = this.#models;
    const chips = due.map(({ boxIndex }) =>
      alignFace(photo, landmarks[boxIndex]!, encoder.manifest),
    );
    const encodings = await encodeChips(encoder, chips);
    due.forEach(({ id, boxIndex }, i) => {
      const quality = assessQuality(chips[i]!, landmarks[boxIndex]!, detections[boxIndex]!.score);
      this.#identities.set(id, { encoding: encodings[i]!, quality, encodedAt: this.#frames });
    });
  }

  #isDue(id: number): boolean {
    const known = this.#identities.get(id);
    return known === undefined || this.#frames - known.encodedAt >= ENCODE_EVERY;
  }
}

const mutable = ([x, y]: Point): [number, number] => [x, y];
