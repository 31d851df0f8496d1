import type { CommandOutput } from '../../../../contract/commands.ts';
import type { CommandContext } from '../act.ts';
import type { Provider } from '../../../../contract/values.ts';

type Dispatch = CommandContext['dispatch'];
type IdentifiedFace = CommandOutput<'identification.identify'>['faces'][number];
type SamplePhoto = CommandOutput<'samples.enroll'>['photos'][number];

/** Everything that happened in the demo, as numbers; the report and the table are drawn from it. */
export interface Rehearsal {
  readonly enrollments: readonly EnrollmentPhoto[];
  readonly probes: readonly ProbePhoto[];
}

interface EnrollmentPhoto {
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

const isEnrolled = ({ refusal }: EnrolledFace): boolean => refusal === null;

async function probePhoto(dispatch: Dispatch, file: string): Promise<ProbePhoto> {
  const result = await dispatch('identification.identify', { image: { path: file }, top: 3 });
  const fromLeft = result.faces.toSorted((a, b) => a.box.x - b.box.x);
  return { file, result, faces: fromLeft.map((face) => ({ face })) };
}

/** The demo in numbers. */
export interface Tally {
  readonly enrolled: number;
  readonly enrollmentPhotos: number;
  readonly probePhotos: number;
  readonly faces: number;
  /** Names of those who were recognized, each once. */
  readonly recognized: readonly string[];
  readonly unknown: number;
  readonly model: string;
  readonly threshold: number;
  readonly provider: Provider;
  /** The middle one of the times for a whole photo, from file to names. */
  readonly photoMs: number;
}

export function tally({ enrollments, probes }: Rehearsal): Tally {
  const faces = probes.flatMap((probe) => probe.faces).map(({ face }) => face);
  const identified = faces.filter(({ decision }) => decision === 'identified');
  const { model, threshold, provider } = probes[0]!.result;
  return {
    enrolled: enrollments.flatMap((photo) => photo.faces).filter(isEnrolled).length,
    enrollmentPhotos: enrollments.length,
    probePhotos: probes.length,
    faces: faces.length,
    recognized: [...new Set(identified.map(({ matches }) => matches[0]!.name))],
    unknown: faces.length - identified.length,
    model,
    threshold,
    provider,
    photoMs: median(probes.map(({ result }) => result.elapsedMs)),
  };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
