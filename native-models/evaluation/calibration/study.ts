import type { CalibrationFigures } from '../../../contract/host.ts';
import { runInTurns } from '../../../foundation/concurrency.ts';
import type { StudyContext } from '../recognition-study.ts';
import { calibrate, thresholdGrowth } from './calibrate.ts';
import { crossSearch, perhapsOnePerson, type CalibrationPhotos } from './galleries.ts';
import { rateCurves } from './rates.ts';

/** Rates of false identification that are calibrated besides the one asked for. */
const RATES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

const calibratedRates = (wanted: number): readonly number[] => ascending([...RATES, wanted]);

/** Sizes of gallery between which the threshold is interpolated. */
const growthSizes: readonly number[] = [
  ...[1, 2, 3, 5, 7],
  ...[1, 10, 100, 1000].flatMap((ten) => [10, 15, 20, 30, 50, 70].map((size) => size * ten)),
  100_000,
];

const ascending = (values: readonly number[]): readonly number[] =>
  [...new Set(values)].sort((a, b) => a - b);

/** Resamples for intervals, for the bands of curves, and for those of thresholds. */
export const RESAMPLES = { points: 500, curves: 150, growth: 100 } as const;
/** More pairs that may be one person are not named. */
const MOST_ALIKE = 10;

/** What a calibration is to find out. */
export interface CalibrationStudy extends CalibrationPhotos {
  /** Numbers of people enrolled to report on. */
  readonly sizes: readonly number[];
  /** Rate of false identification that is accepted, from 0 to 1. */
  readonly fpir: number;
  /** The model's own threshold, which no threshold that rests on too few pairs exceeds. */
  readonly ceiling: number;
  readonly seed: number;
}

/**
 * Searches everybody among everybody, and finds thresholds for wanted rates with their intervals.
 *
 * @throws LikenessError `calibration_impossible` with too few people; `cancelled`.
 */
export async function calibrateOnPeople(
  study: CalibrationStudy,
  { signal, report }: StudyContext,
): Promise<CalibrationFigures> {
  const { sizes, fpir, ceiling, seed } = study;
  const probes = study.encodings.length;
  const searches = await runInTurns(crossSearch(study), signal, (done) =>
    report?.({ stage: 'Comparing people', done, total: probes }),
  );
  const total = RESAMPLES.points + RESAMPLES.curves + RESAMPLES.growth;
  const inTurns = <R>(steps: Generator<number, R>, before: number) =>
    runInTurns(steps, signal, (done) =>
      report?.({ stage: 'Resampling people', done: before + done, total }),
    );
  const plan = { sizes: ascending(sizes), wanted: calibratedRates(fpir), ceiling, seed };
  const points = await inTurns(calibrate(searches, { ...plan, resamples: RESAMPLES.points }), 0);
  const curves = await inTurns(
    rateCurves(searches, { ...plan, resamples: RESAMPLES.curves }),
    RESAMPLES.points,
  );
  const growth = await inTurns(
    thresholdGrowth(searches, {
      ...plan,
      sizes: ascending([...growthSizes, ...sizes]),
      resamples: RESAMPLES.growth,
    }),
    RESAMPLES.points + RESAMPLES.curves,
  );
  const alike = perhapsOnePerson(searches).slice(0, MOST_ALIKE);
  return { ...mutable({ points, curves, growth }), alike };
}

type Figures = Omit<CalibrationFigures, 'alike'>;

/** The contract's arrays are mutable; nobody else holds these. */
const mutable = (figures: unknown): Figures => figures as Figures;
