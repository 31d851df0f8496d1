import path from 'node:path';
import type { Box } from '../../../../contract/values.ts';
import { loadSharp, dataUri, shownPhoto } from '../pictures/photo.ts';
import {
  tally,
  type EnrolledFace,
  type ProbedFace,
  type Rehearsal,
  type Tally,
} from './rehearse.ts';

/** The part of an upright photo around a face, with `margin` times the face's size on each side. */
async function cropFace(file: string, box: Box, margin: number): Promise<Buffer> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(file).autoOrient().toBuffer({ resolveWithObject: true });
  return sharp(data)
    .extract(around(box, margin, info))
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** A square portrait of the given side. */
export async function portrait(file: string, box: Box, side: number): Promise<Buffer> {
  const crop = await cropFace(file, box, 0.45);
  const sharp = await loadSharp();
  return sharp(crop).resize(side, side, { fit: 'cover' }).jpeg({ quality: 84 }).toBuffer();
}

interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function around(
  { x, y, width, height }: Box,
  margin: number,
  photo: { readonly width: number; readonly height: number },
): Region {
  const left = Math.max(0, Math.floor(x - width * margin));
  const top = Math.max(0, Math.floor(y - height * margin));
  const right = Math.min(photo.width, Math.ceil(x + width * (1 + margin)));
  const bottom = Math.min(photo.height, Math.ceil(y + height * (1 + margin)));
  return { left, top, width: right - left, height: bottom - top };
}

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
