import type { Box, Point, Face, ImageSource } from '../../contract/values.ts';
import { areaOf, centerOf, scaleBox, type Detection } from '../../foundation/geometry.ts';
import { encodeJpeg } from '../images/show.ts';
import { buildPyramid, type ImagePyramid } from '../images/resampling.ts';
import { invertAffine, warpImage } from '../images/warp.ts';
import { estimateSimilarity } from './resemblance.ts';
import { alignmentTemplates, alignFace } from './align.ts';
import { decodeImage } from '../images/decode.ts';
import { refusePainting } from '../images/painting-file.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { hashImage, readImageSource } from '../images/source.ts';
import { throwIfCancelled } from '../../foundation/concurrency.ts';
import {
  findInAllDirections,
  leastFaceIn,
  type Turn,
  type FaceModels,
  type LocatedFace,
} from './find-faces.ts';
import { encodeChips } from './encode.ts';
import { FaceStream } from './face-stream.ts';
import type { Network } from './network.ts';
import { assessQuality } from './quality.ts';

interface PrincipalFace {
  /** Index into the boxes; null without any. */
  readonly principal: number | null;
  readonly principalIsClear: boolean;
}

type Subject = 'largest' | 'central' | { readonly at: Point };

/** Nobody would mistake the subject of a portrait whose face has three times the area of the next. */
const CLEAR_RATIO = 3;

/**
 * The face a portrait is of: the largest, or with `central` the one that is large and near the
 * middle of the picture. With `at` it is the one that somebody has pointed at: the point, in pixels
 * of the picture, lies in its box; none where it lies in no box.
 */
export function choosePrincipal(
  boxes: readonly Box[],
  picture: { readonly width: number; readonly height: number },
  subject: Subject,
): PrincipalFace {
  if (typeof subject === 'object') return choosePointedAt(boxes, subject.at);
  const weights = boxes.map((box) =>
    subject === 'largest' ? areaOf(box) : areaOf(box) * centrality(box, picture),
  );
  const best = Math.max(...weights);
  const rivals = weights.filter((weight) => weight * CLEAR_RATIO > best);
  return boxes.length === 0
    ? { principal: null, principalIsClear: false }
    : { principal: weights.indexOf(best), principalIsClear: rivals.length === 1 };
}

/** Where boxes overlap, the one whose center is nearest for its size. */
function choosePointedAt(boxes: readonly Box[], [x, y]: Point): PrincipalFace {
  const distances = boxes.map((box) => {
    const [centerX, centerY] = centerOf(box);
    const [across, down] = [(x - centerX) / box.width, (y - centerY) / box.height];
    return Math.max(Math.abs(across), Math.abs(down)) <= 0.5 ? Math.hypot(across, down) : Infinity;
  });
  const nearest = Math.min(...distances);
  return nearest === Infinity
    ? { principal: null, principalIsClear: false }
    : { principal: distances.indexOf(nearest), principalIsClear: true };
}

/** 1 in the middle, a thousandth at a distance of half the picture's shorter side. */
function centrality(
  box: Box,
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const [x, y] = centerOf(box);
  const offset = Math.hypot(x - width / 2, y - height / 2) / (Math.min(width, height) / 2);
  return 0.001 ** (offset ** 2);
}

/** Pixels of each side. */
const SIDE = 192;
/** Share of the side that the square of the face takes: the rest is hair, chin and some of the surroundings. */
const FACE = 0.8;

/**
 * A small JPEG of a face for people to look at: upright and always of the same size in its frame,
 * whichever encoder is in use.
 *
 * @param landmarks 68 points in pixels of the photo.
 */
function makePortrait(
  photo: ImagePyramid,
  landmarks: readonly Point[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { size, points, select } = alignmentTemplates['dlib-68'];
  const scale = (SIDE / size) * FACE;
  const margin = (SIDE - size * scale) / 2;
  const target = points.map(([x, y]): Point => [x * scale + margin, y * scale + margin]);
  const toPortrait = estimateSimilarity(select(landmarks), target);
  return encodeJpeg(warpImage(photo, invertAffine(toPortrait), SIDE, SIDE, 'edge'));
}

interface AnalysisRequest {
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
interface EncodingRequest extends Pick<
  AnalysisRequest,
  'image' | 'subject' | 'paintings' | 'signal'
> {
  readonly encoders: readonly Network<'encoder'>[];
}

interface EncodingResult {
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
    width,
    height,
    photoHash: hashImage(source),
    turned,
    frames,
    leastFace,
    faces,
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
