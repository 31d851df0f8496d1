import path from 'node:path';
import type { Box } from '../../../../contract/values.ts';
import { dataUri, shownPhoto } from '../pictures/photo.ts';
import { portrait } from './crop.ts';
import type { EnrolledFace, ProbedFace, Rehearsal } from './rehearse.ts';
import { tally, type Tally } from './tally.ts';

/** What the report shows: what happened, with the pictures that belong to it. */
export interface Exhibit {
  readonly tally: Tally;
  readonly enrollments: readonly Shown<EnrolledFace>[];
  readonly probes: readonly Shown<ProbedFace>[];
}

export interface Shown<F> {
  readonly name: string;
  /** Data URI. */
  readonly src: string;
  readonly width: number;
  readonly height: number;
  readonly faces: readonly (F & Portrayed)[];
}

export interface Portrayed {
  /** Data URI of a small square picture of the face. */
  readonly portrait: string;
}

const PROBE_SIDE = 1800;
const ALBUM_SIDE = 1100;
/** Twice the size at which the page shows them. */
const PORTRAIT_SIDE = 224;

export async function exhibit(rehearsal: Rehearsal): Promise<Exhibit> {
  const [enrollments, probes] = await Promise.all([
    Promise.all(rehearsal.enrollments.map((photo) => show<EnrolledFace>(photo, ALBUM_SIDE))),
    Promise.all(rehearsal.probes.map((photo) => show<ProbedFace>(photo, PROBE_SIDE))),
  ]);
  return { tally: tally(rehearsal), enrollments, probes };
}

async function show<F extends { readonly face: { readonly box: Box } }>(
  { file, faces }: { readonly file: string; readonly faces: readonly F[] },
  side: number,
): Promise<Shown<F>> {
  const [{ jpeg, width, height }, portraits] = await Promise.all([
    shownPhoto(file, side),
    Promise.all(faces.map(({ face }) => portrait(file, face.box, PORTRAIT_SIDE))),
  ]);
  return {
    name: path.basename(file),
    src: dataUri(jpeg),
    width,
    height,
    faces: faces.map((face, i) => ({ ...face, portrait: dataUri(portraits[i]!) })),
  };
}
