import path from 'node:path';
import type { CommandOutput } from '../../../contract/commands.ts';
import type { CommandContext } from '../act.ts';
import type { Album } from '../../../services/samples/album.ts';
import { enrolCast, fromLeft, type EnrolmentPhoto } from '../../../services/samples/cast.ts';

type Dispatch = CommandContext['dispatch'];
type IdentifiedFace = CommandOutput<'identification.identify'>['faces'][number];

/** Everything that happened in the demo, as numbers; the report and the table are drawn from it. */
export interface Rehearsal {
  readonly enrolments: readonly EnrolmentPhoto[];
  readonly probes: readonly ProbePhoto[];
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

/** Enrols the people of the first photos of the album and identifies those of the others. */
export async function rehearse(
  dispatch: Dispatch,
  album: Album,
  say: (step: string) => void,
): Promise<Rehearsal> {
  const enrolments: EnrolmentPhoto[] = [];
  for (const photo of album.enrolment) {
    say(`Enrolling the people of ${path.basename(photo.file)}`);
    enrolments.push(await enrolCast(dispatch, photo));
  }
  const probes: ProbePhoto[] = [];
  for (const file of album.probes) {
    say(`Asking who is in ${path.basename(file)}`);
    probes.push(await probePhoto(dispatch, file));
  }
  return { enrolments, probes };
}

async function probePhoto(dispatch: Dispatch, file: string): Promise<ProbePhoto> {
  const result = await dispatch('identification.identify', { image: { path: file }, top: 3 });
  return { file, result, faces: fromLeft(result.faces).map((face) => ({ face })) };
}
