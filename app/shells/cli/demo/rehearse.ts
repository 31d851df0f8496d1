import type { CommandOutput } from '../../../../contract/commands.ts';
import type { CommandContext } from '../act.ts';

type Dispatch = CommandContext['dispatch'];
type IdentifiedFace = CommandOutput<'identification.identify'>['faces'][number];
type SamplePhoto = CommandOutput<'samples.enroll'>['photos'][number];

/** Everything that happened in the demo, as numbers; the report and the table are drawn from it. */
export interface Rehearsal {
  readonly enrollments: readonly EnrollmentPhoto[];
  readonly probes: readonly ProbePhoto[];
}

export interface EnrollmentPhoto {
  readonly file: string;
  readonly faces: readonly EnrolledFace[];
}

export type EnrolledFace = SamplePhoto['faces'][number];

export interface ProbePhoto {
  readonly file: string;
  readonly result: CommandOutput<'identification.identify'>;
  /** From left to right. */
  readonly faces: readonly ProbedFace[];
}

export interface ProbedFace {
  readonly face: IdentifiedFace;
}

/** Enrolls the people of the first sample photos and identifies those of the others. */
export async function rehearse(
  dispatch: Dispatch,
  say: (step: string) => void,
): Promise<Rehearsal> {
  say('Enrolling the people of the sample photos');
  const { photos, probes: asked } = await dispatch('samples.enroll', {});
  const probes: ProbePhoto[] = [];
  for (const { path: file, name } of asked) {
    say(`Asking who is in ${name}`);
    probes.push(await probePhoto(dispatch, file));
  }
  return {
    enrollments: photos.map(({ picture: { path: file }, faces }) => ({ file, faces })),
    probes,
  };
}

export const isEnrolled = ({ refusal }: EnrolledFace): boolean => refusal === null;

async function probePhoto(dispatch: Dispatch, file: string): Promise<ProbePhoto> {
  const result = await dispatch('identification.identify', { image: { path: file }, top: 3 });
  const fromLeft = result.faces.toSorted((a, b) => a.box.x - b.box.x);
  return { file, result, faces: fromLeft.map((face) => ({ face })) };
}
