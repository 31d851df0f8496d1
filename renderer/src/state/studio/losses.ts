import type { JobProgress } from '../../../../contract/paintings.ts';

export interface LossPoint {
  readonly step: number;
  readonly content: number;
  readonly style: number;
}

/** In the order of the steps. */
export type LossHistory = readonly LossPoint[];

/** More are not seen on a screen; beyond that every second is dropped. */
const MOST_POINTS = 600;

/** Adds how far a painting is. A painting that starts over starts its history over. */
export function addPoint(
  history: LossHistory,
  { step, losses }: Pick<JobProgress, 'step' | 'losses'>,
): LossHistory {
  const last = history.at(-1);
  const point = { step, content: losses.content, style: losses.style };
  if (last !== undefined && step === last.step) return history;
  if (last !== undefined && step < last.step) return [point];
  const all = [...history, point];
  return all.length <= MOST_POINTS ? all : all.filter((_, index) => index % 2 === 0);
}
