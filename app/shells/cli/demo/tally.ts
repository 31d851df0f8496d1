import type { Provider } from '../../../../contract/values.ts';
import { isEnrolled, type Rehearsal } from './rehearse.ts';

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
