import type { Face, ImageSource } from '../../contract/values.ts';
import { decodeImage } from '../images/decode.ts';
import { buildPyramid } from '../images/pyramid.ts';
import { refusePainting } from '../images/read-painting.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { hashImage, readImageSource } from '../images/source.ts';
import { alignFace } from './align.ts';
import { throwIfCancelled } from './cancel.ts';
import { findInAllDirections, type Turn } from './directions.ts';
import { encodeChips } from './encode.ts';
import { FaceStream } from './face-stream.ts';
import type { FaceModels } from './face-models.ts';
import { leastFaceIn } from './find-faces.ts';
import { areaOf, scaleBox, type Detection } from './geometry.ts';
import type { LocatedFace } from './locate-faces.ts';
import type { Network } from './network.ts';
import { makePortrait } from './portrait.ts';
import { choosePrincipal, type PrincipalFace, type Subject } from './principal.ts';
import { assessQuality } from './quality.ts';

export interface AnalysisRequest {
  readonly image: ImageSource;
  /** Which faces get an encoding. */
  readonly encode: 'none' | 'principal' | 'all';
  readonly subject: Subject;
  /** Make a portrait of each face that gets an encoding. */
  readonly portraits?: boolean;
  /** `refuse`: what Likeness painted is no photo. */
  readonly paintings?: 'refuse';
  readonly signal?: AbortSignal;
}

export interface EncodedFace extends Face {
  /** float32[dimension]; only where it was asked for. */
  readonly encoding?: Float32Array;
  /** A small JPEG of the aligned face; only where it was asked for. */
  readonly portrait?: Uint8Array<ArrayBuffer>;
}

export interface Analysis extends PrincipalFace {
  readonly width: number;
  readonly height: number;
  readonly photoHash: string;
  /** Clockwise by so many degrees the photo stands upright. */
  readonly turned: Turn;
  /** Frames or pages in the file, of which the first was read. */
  readonly frames: number;
  /** Faces narrower than this were not looked for, in pixels of the file. */
  readonly leastFace: number;
  /** By descending area, in pixels of the upright picture in its file. */
  readonly faces: readonly EncodedFace[];
}

/** The principal face of a picture is to be encoded by several encoders. */
export interface EncodingRequest extends Pick<
  AnalysisRequest,
  'image' | 'subject' | 'paintings' | 'signal'
> {
  readonly encoders: readonly Network<'encoder'>[];
}

export interface EncodingResult {
  /** How many faces were found. */
  readonly faces: number;
  /** One per encoder, float32[dimension] each; empty without a face. */
  readonly encodings: readonly { readonly encoding: Float32Array; readonly milliseconds: number }[];
}

/** From an encoded picture to faces, each with landmarks, quality and encoding. */
export interface FacePipeline {
  readonly encoder: Network<'encoder'>['manifest'];
  /**
   * Errors: those of reading and decoding a picture; `cancelled` between two steps.
   */
  analyze(request: AnalysisRequest): Promise<Analysis>;
  /** The face is found once; each encoder aligns it as its manifest says. Errors as of `analyze`. */
  encodeWith(request: EncodingRequest): Promise<EncodingResult>;
  /** Opens a video; every stream has its own tracks, numbered from `firstTrack` on, or from 1. */
  openStream(firstTrack?: number): FaceStream;
}

export function createFacePipeline(models: FaceModels): FacePipeline {
  return {
    encoder: models.encoder.manifest,
    analyze: (request) => analyze(models, request),
    encodeWith: (request) => encodeWith(models, request),
    openStream: (firstTrack) => new FaceStream(models, firstTrack),
  };
}

async function analyze(
  models: FaceModels,
  { image, encode, subject, portraits = false, paintings, signal }: AnalysisRequest,
): Promise<Analysis> {
  const source = await readImageSource(image);
  if (paintings === 'refuse') await refusePainting(source);
  const { width, height, frames, pixels } = await decodeImage(source);
  const { photo, located, turned } = await findIn(models, pixels, signal);
  const chips = located.map((face) => alignFace(photo, face.landmarks, models.encoder.manifest));
  const boxes = located.map(({ box }) => box);
  const scale = width / pixels.width;
  const choice = choosePrincipal(boxes, pixels, scaledSubject(subject, 1 / scale));
  throwIfCancelled(signal);
  const encodings = await encodeSome(models.encoder, chips, encode, choice.principal);
  const faces = await Promise.all(
    located.map(async (face, i) => ({
      ...faceOf(face, chips[i]!, scale),
      ...(encodings[i] !== undefined && { encoding: encodings[i] }),
      ...(encodings[i] !== undefined &&
        portraits && { portrait: await makePortrait(photo, face.landmarks) }),
    })),
  );
  const leastFace = scale * leastFaceIn(models.detectors, pixels);
  return {
    ...{ width, height, photoHash: hashImage(source), turned, frames, leastFace, faces },
    ...choice,
  };
}

async function encodeWith(
  models: FaceModels,
  { image, subject, paintings, encoders, signal }: EncodingRequest,
): Promise<EncodingResult> {
  const source = await readImageSource(image);
  if (paintings === 'refuse') await refusePainting(source);
  const { width, pixels } = await decodeImage(source);
  const { photo, located } = await findIn(models, pixels, signal);
  const boxes = located.map(({ box }) => box);
  const { principal } = choosePrincipal(
    boxes,
    pixels,
    scaledSubject(subject, pixels.width / width),
  );
  const encodings: EncodingResult['encodings'][number][] = [];
  for (const encoder of principal === null ? [] : encoders) {
    throwIfCancelled(signal);
    const started = performance.now();
    const chip = alignFace(photo, located[principal!]!.landmarks, encoder.manifest);
    const [encoding] = await encodeChips(encoder, [chip]);
    encodings.push({ encoding: encoding!, milliseconds: performance.now() - started });
  }
  return { faces: located.length, encodings };
}

/** The faces of a picture by descending area. */
async function findIn(models: FaceModels, pixels: RgbImage, signal?: AbortSignal) {
  throwIfCancelled(signal);
  const photo = await buildPyramid(pixels);
  const { faces, turned } = await findInAllDirections(models, photo, signal);
  return { photo, located: faces.toSorted(byArea), turned };
}

const scaledSubject = (subject: Subject, scale: number): Subject =>
  typeof subject === 'object' ? { at: [subject.at[0] * scale, subject.at[1] * scale] } : subject;

const byArea = (a: Detection, b: Detection): number => areaOf(b.box) - areaOf(a.box);

/** One entry per chip, undefined where no encoding is wanted. */
async function encodeSome(
  encoder: Network<'encoder'>,
  chips: readonly RgbImage[],
  which: AnalysisRequest['encode'],
  principal: number | null,
): Promise<(Float32Array | undefined)[]> {
  if (which === 'none' || principal === null) return [];
  if (which === 'all') return encodeChips(encoder, chips);
  const [encoding] = await encodeChips(encoder, [chips[principal]!]);
  return chips.map((_, i) => (i === principal ? encoding : undefined));
}

/** @param scale from the decoded pixels to those of the file. */
function faceOf({ box, score, landmarks }: LocatedFace, chip: RgbImage, scale: number): Face {
  const points = landmarks.map(([x, y]): [number, number] => [x * scale, y * scale]);
  const quality = assessQuality(chip, points, score);
  return { box: scaleBox(box, scale), score, landmarks: points, quality };
}
