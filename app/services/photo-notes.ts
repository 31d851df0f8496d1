import { LikenessError } from '../../contract/errors.ts';
import type { Quality, PhotoNote } from '../../contract/values.ts';
import type { PhotoAnalysis } from '../model-host/types.ts';

interface Limits {
  /** Pixels between the eyes. */
  readonly eyeDistance: number;
  readonly sharpness: number;
  readonly exposure: number;
  readonly score: number;
}

/**
 * Faces that would hurt recognition are refused: fewer pixels between the eyes than the encoder can
 * use, motion of more than a tenth of the face, next to no light, or several grave defects at once.
 * Lesser ones are kept as the template's quality. See `POOR` for how often that is.
 */
const UNUSABLE: Limits = { eyeDistance: 10, sharpness: 0.25, exposure: 0.15, score: 0.02 };

/**
 * Below any of these an answer may well be wrong, and that is said. Measured on 1,088 photos of LFW:
 * of the faces as they are 0.5 % are below, and 0.1 % unusable; moved by 7, 10, 15 or 25 pixels of
 * a chip of 150, 90 % and more are below; at 20 % of their brightness 99 % are, and at 12 % all are
 * unusable.
 */
const POOR: Limits = { eyeDistance: 14, sharpness: 0.36, exposure: 0.3, score: 0.05 };

const isBelow = ({ score, measures }: Quality, limits: Limits): boolean =>
  measures.eyeDistance < limits.eyeDistance ||
  measures.sharpness < limits.sharpness ||
  measures.exposure < limits.exposure ||
  score < limits.score;

/** Whether what is said of this face should not be trusted. */
export const isPoor = (quality: Quality): boolean => isBelow(quality, POOR);

/** @throws LikenessError `low_quality` with the reasons, worst first, in message and details. */
export function refuseUnusable(quality: Quality, name: string): void {
  if (!isBelow(quality, UNUSABLE)) return;
  const { score, reasons, flaws, measures } = quality;
  throw new LikenessError(
    'low_quality',
    `The face in ${name} is not good enough to be enrolled. ${reasons.join(' ')}`.trim(),
    { details: { file: name, score, reasons, flaws, measures } },
  );
}

/** A limit on the size of faces is worth a word from here on, in pixels. */
const LARGE_FACE = 100;

/**
 * What a person should know of a photo that was used all the same.
 *
 * @param name of the photo, for sentences
 * @param faces that something is said of, by their place in the answer; the others do not matter
 */
export function notesOn(
  { turned, frames, leastFace }: Pick<PhotoAnalysis, 'turned' | 'frames' | 'leastFace'>,
  name: string,
  faces: readonly { readonly quality: Quality }[],
): PhotoNote[] {
  const notes: PhotoNote[] = [];
  if (turned !== 0)
    notes.push({
      code: 'photo_turned',
      degrees: turned,
      file: name,
      message: `${name} was turned by ${turned}° clockwise: no face in it stood upright.`,
    });
  if (frames > 1)
    notes.push({
      code: 'first_frame_used',
      frames,
      file: name,
      message: `${name} has ${frames} pictures, as animations do; only the first was used.`,
    });
  if (leastFace >= LARGE_FACE) {
    const pixels = Math.round(leastFace);
    notes.push({
      code: 'small_faces_missed',
      pixels,
      file: name,
      message: `${name} is so large that faces of less than ${pixels} pixels may be missed. Cut out the part that matters.`,
    });
  }
  const poor = faces.flatMap(({ quality }, i) => (isPoor(quality) ? [i] : []));
  if (poor.length > 0) notes.push(poorFaces(name, faces, poor));
  return notes;
}

function poorFaces(
  file: string,
  faces: readonly { readonly quality: Quality }[],
  poor: readonly number[],
): PhotoNote {
  const qualities = poor.map((i) => faces[i]!.quality);
  const quality = qualities.reduce((worst, one) => (one.score < worst.score ? one : worst));
  const message =
    faces.length === 1
      ? `The face in ${file} is too poor to be trusted. ${quality.reasons.join(' ')}`.trim()
      : `${poor.length} of the ${faces.length} faces in ${file} are too poor to be trusted.`;
  return { code: 'face_poor', faces: [...poor], quality, file, message };
}

/** The sentences, for those who read no codes. */
export const sentencesOf = (notes: readonly PhotoNote[]): string[] =>
  notes.map(({ message }) => message);
