import type { Box, Face, Point, Quality } from '../../app/contract/values.ts';
import { decodeImage } from '../images/decode.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { alignFace } from './align.ts';
import { detectInRegion, type InputSize } from './detect.ts';
import { encodeChips } from './encode.ts';
import type { FaceModels } from './face-models.ts';
import type { Detection } from './geometry.ts';
import { findLandmarks } from './landmarks.ts';
import type { Network } from './network.ts';
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
/** Longer side at which a video frame is searched; faces before a camera are large. */
const VIDEO_SIZE = 320;

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
    const { first } = this.#models.detectors;
    const whole = { x: 0, y: 0, width: pixels.width, height: pixels.height };
    const detections = await detectInRegion(first, pixels, whole, videoSize(first));
    const boxes = detections.map(({ box }) => box);
    const landmarks = await findLandmarks(this.#models.landmarks, pixels, boxes);
    const seen = this.#follow(boxes);
    await this.#encodeWhatIsDue(pixels, seen, detections, landmarks);
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
    pixels: RgbImage,
    seen: readonly { id: number; boxIndex: number }[],
    detections: readonly Detection[],
    landmarks: readonly (readonly Point[])[],
  ): Promise<void> {
    const due = seen.filter(({ id }) => this.#isDue(id));
    if (due.length === 0) return;
    const { encoder } = this.#models;
    const chips = due.map(({ boxIndex }) =>
      alignFace(pixels, landmarks[boxIndex]!, encoder.manifest),
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

/** A detector with a fixed input is fed as it wants. */
function videoSize({ manifest }: Network<'detector'>): InputSize {
  const { multipleOf, width, height } = manifest.input;
  if (multipleOf === undefined) return { width, height };
  const side = Math.ceil(VIDEO_SIZE / multipleOf) * multipleOf;
  return { width: side, height: side };
}

const mutable = ([x, y]: Point): [number, number] => [x, y];
