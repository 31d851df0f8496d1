import path from 'node:path';
import type { CommandOutput } from '../../../contract/commands.ts';
import { toLikenessError } from '../../../contract/errors.ts';
import type { Face } from '../../../contract/values.ts';
import type { CommandContext } from '../act.ts';
import type { Album, EnrolmentSource } from './album.ts';
import { cropFace } from './crop.ts';

type Dispatch = CommandContext['dispatch'];
type IdentifiedFace = CommandOutput<'identification.identify'>['faces'][number];

/** Everything that happened in the demo, as numbers; the report and the table are drawn from it. */
export interface Rehearsal {
  readonly enrolments: readonly EnrolmentPhoto[];
  readonly probes: readonly ProbePhoto[];
}

export interface EnrolmentPhoto {
  readonly file: string;
  readonly faces: readonly EnrolledFace[];
}

export interface EnrolledFace {
  readonly face: Face;
  readonly name: string;
  /** Why the face was not enrolled, if it was not. */
  readonly refusal: string | null;
}

export interface ProbePhoto {
  readonly file: string;
  readonly result: CommandOutput<'identification.identify'>;
  /** From left to right. */
  readonly faces: readonly ProbedFace[];
}

export interface ProbedFace {
  readonly face: IdentifiedFace;
}

/** Wide enough for the detector to see the face as it saw it in the photo. */
const CROP_MARGIN = 0.6;

/** Enrols the people of the first photos of the album and identifies those of the others. */
export async function rehearse(
  dispatch: Dispatch,
  album: Album,
  say: (step: string) => void,
): Promise<Rehearsal> {
  const enrolments: EnrolmentPhoto[] = [];
  for (const photo of album.enrolment) {
    say(`Enrolling the people of ${path.basename(photo.file)}`);
    enrolments.push(await enrolPhoto(dispatch, photo));
  }
  const probes: ProbePhoto[] = [];
  for (const file of album.probes) {
    say(`Asking who is in ${path.basename(file)}`);
    probes.push(await probePhoto(dispatch, file));
  }
  return { enrolments, probes };
}

export const isEnrolled = ({ refusal }: EnrolledFace) => refusal === null;

async function enrolPhoto(dispatch: Dispatch, photo: EnrolmentSource): Promise<EnrolmentPhoto> {
  const { faces } = await dispatch('faces.detect', { image: { path: photo.file } });
  const cast = fromLeft(faces).slice(0, photo.people.length);
  const enrolled: EnrolledFace[] = [];
  for (const [i, face] of cast.entries()) {
    const name = photo.people[i]!;
    enrolled.push({ face, name, refusal: await enrolFace(dispatch, photo.file, face, name) });
  }
  return { file: photo.file, faces: enrolled };
}

/** Gives the reason where the face is refused. */
async function enrolFace(
  dispatch: Dispatch,
  file: string,
  face: Face,
  name: string,
): Promise<string | null> {
  const bytes = new Uint8Array(await cropFace(file, face.box, CROP_MARGIN));
  const images = [{ bytes, name: `${name}.jpg` }];
  try {
    await dispatch('enrolment.enrol', { name, images, severalFaces: 'largest' });
    return null;
  } catch (thrown) {
    const error = toLikenessError(thrown);
    if (refusals.has(error.code)) return error.message;
    throw error;
  }
}

const refusals: ReadonlySet<string> = new Set(['no_face', 'low_quality', 'nothing_enrolled']);

async function probePhoto(dispatch: Dispatch, file: string): Promise<ProbePhoto> {
  const result = await dispatch('identification.identify', { image: { path: file }, top: 3 });
  return { file, result, faces: fromLeft(result.faces).map((face) => ({ face })) };
}

const fromLeft = <F extends Pick<Face, 'box'>>(faces: readonly F[]): readonly F[] =>
  faces.toSorted((a, b) => a.box.x - b.box.x);
