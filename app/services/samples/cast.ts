import type { CommandInput, CommandName, CommandOutput } from '../../contract/commands.ts';
import { toLikenessError } from '../../contract/errors.ts';
import type { Box, Face, Point } from '../../contract/values.ts';
import type { EnrolmentSource } from './album.ts';

/** Carries out commands of the contract, from inside or outside. */
export type Dispatch = <N extends CommandName>(
  name: N,
  input: CommandInput<N>,
) => Promise<CommandOutput<N>>;

export interface EnrolmentPhoto {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** From left to right. */
  readonly faces: readonly EnrolledFace[];
}

export interface EnrolledFace {
  readonly face: Face;
  readonly name: string;
  /** Why the face was not enrolled, if it was not. */
  readonly refusal: string | null;
}

/** Enrols the people of a photo under their made-up names; who is enrolled already stays so. */
export async function enrolCast(
  dispatch: Dispatch,
  { file, people }: EnrolmentSource,
): Promise<EnrolmentPhoto> {
  const photo = await dispatch('faces.detect', { image: { path: file } });
  const cast = fromLeft(photo.faces).slice(0, people.length);
  const faces: EnrolledFace[] = [];
  for (const [i, face] of cast.entries()) {
    const name = people[i]!;
    faces.push({ face, name, refusal: await enrolFace(dispatch, file, face, name) });
  }
  const { width, height } = photo;
  return { file, width, height, faces };
}

export const fromLeft = <F extends Pick<Face, 'box'>>(faces: readonly F[]): readonly F[] =>
  faces.toSorted((a, b) => a.box.x - b.box.x);

export const isEnrolled = ({ refusal }: EnrolledFace): boolean => refusal === null;

/** Gives the reason where the face is refused. */
async function enrolFace(
  dispatch: Dispatch,
  file: string,
  { box }: Face,
  name: string,
): Promise<string | null> {
  try {
    await dispatch('enrolment.enrol', { name, images: [{ path: file }], at: middleOf(box) });
    return null;
  } catch (thrown) {
    const error = toLikenessError(thrown);
    if (error.code === 'already_enrolled') return null;
    if (refusals.has(error.code)) return error.message;
    throw error;
  }
}

const refusals: ReadonlySet<string> = new Set(['no_face', 'low_quality', 'nothing_enrolled']);

const middleOf = ({ x, y, width, height }: Box): [...Point] => [x + width / 2, y + height / 2];
