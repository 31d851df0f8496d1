import type { Provider } from '../../../contract/values.ts';
import { isEnrolled, type ProbedFace, type Rehearsal, type Verdict } from './rehearse.ts';

/** The demo in numbers. */
export interface Tally {
  readonly enrolled: number;
  readonly enrolmentPhotos: number;
  readonly probePhotos: number;
  readonly faces: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly model: string;
  readonly threshold: number;
  readonly provider: Provider;
  /** The middle one of the times for a whole photo, from file to names. */
  readonly photoMs: number;
}

export function tally({ enrolments, probes }: Rehearsal): Tally {
  const faces = probes.flatMap((probe) => probe.faces);
  const { model, threshold, provider } = probes[0]!.result;
  return {
    enrolled: enrolments.flatMap((photo) => photo.faces).filter(isEnrolled).length,
    enrolmentPhotos: enrolments.length,
    probePhotos: probes.length,
    faces: faces.length,
    verdicts: countVerdicts(faces),
    model,
    threshold,
    provider,
    photoMs: median(probes.map(({ result }) => result.elapsedMs)),
  };
}

function countVerdicts(faces: readonly ProbedFace[]): Record<Verdict, number> {
  const counts = { recognised: 0, stranger: 0, missed: 0, mistaken: 0 };
  for (const { verdict } of faces) counts[verdict]++;
  return counts;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
