import type { PhotoNote, Quality } from '../../contract/values.ts';
import type { PhotoAnalysis } from '../model-host/types.ts';
import { isPoor } from './enrollment/quality-gate.ts';

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
