import type { CommandOutput } from '../../../../contract/commands.ts';
import { chartSvg, type Layer, type Point } from './chart.ts';
import type { Html } from './html.ts';
import { linear, logarithmic, normalDeviate, rateLabel, rateTicks, roundTicks } from './scales.ts';

export type Evaluation = CommandOutput<'evaluation.run'>;

const SQUARE = { width: 480, height: 420 } as const;
const WIDE = { width: 1040, height: 340 } as const;
const DECADES = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];
const DET_RATES = [1e-4, 1e-3, 0.01, 0.05, 0.2, 0.5];

/** What the curves of one encoder are drawn of. */
export interface Measured extends Pick<Evaluation, 'curve' | 'mated' | 'nonMated' | 'eer'> {
  readonly tarAtFar: Readonly<Record<string, number>>;
}

/** One encoder's with its points, or several without, each with a class of the style sheet. */
export type Curves = readonly (readonly [style: string, of: Measured])[];

export const rocChart = (result: Measured): Html => rocCharts([['curve', result]]);
export const detChart = (result: Measured): Html => detCharts([['curve', result]]);

/** TAR over FAR; the false accept rate is logarithmic down to one accepted pair. */
export function rocCharts(all: Curves): Html {
  const least = Math.min(...all.map(([, { nonMated }]) => leastRate(nonMated)));
  const layers = all.map(([style, result]) => rocCurve(style, result));
  const lowest = layers.map(({ points }) => points[0]?.[1] ?? 0);
  const bottom = Math.max(0, Math.floor(Math.min(...lowest) * 20 - 1) / 20);
  const marks = all.length === 1 ? rocMarks(all[0]![1]) : [];
  return chartSvg({
    ...SQUARE,
    description: 'Receiver operating characteristic',
    x: {
      title: 'False accept rate',
      scale: logarithmic(least, 1, rateTicks(DECADES.filter((rate) => rate >= least))),
    },
    y: {
      title: 'True accept rate',
      scale: linear(bottom, 1, roundTicks(bottom, 1, 5, rateLabel)),
    },
    layers: [...layers, ...marks],
  });
}

type Line = Extract<Layer, { kind: 'curve' }>;

function rocCurve(style: string, { curve, nonMated }: Measured): Line {
  const least = leastRate(nonMated);
  const points = curve
    .filter(({ fmr }) => fmr >= least)
    .map(({ fmr, fnmr }): Point => [fmr, 1 - fnmr])
    .sort(byX);
  return { kind: 'curve', style, points };
}

const rocMarks = ({ nonMated, tarAtFar }: Measured): readonly Layer[] =>
  Object.entries(tarAtFar)
    .filter(([far]) => Number(far) >= leastRate(nonMated))
    .map(([far, tar]) => ({ kind: 'point', at: [Number(far), tar], label: '' }));

/** FNMR over FMR on normal-deviate axes, with the point of equal error. */
export function detCharts(all: Curves): Html {
  const leastX = Math.min(...all.map(([, { nonMated }]) => leastRate(nonMated)));
  const leastY = Math.min(...all.map(([, { mated }]) => leastRate(mated)));
  const ticks = (least: number) => rateTicks(DET_RATES.filter((rate) => rate >= least));
  return chartSvg({
    ...SQUARE,
    description: 'Detection error trade-off',
    x: { title: 'False match rate', scale: normalDeviate(leastX, 0.5, ticks(leastX)) },
    y: { title: 'False non-match rate', scale: normalDeviate(leastY, 0.5, ticks(leastY)) },
    layers: [
      {
        kind: 'curve',
        style: 'chance',
        points: [
          [leastX, leastX],
          [0.5, 0.5],
        ],
      },
      ...all.map(([style, result]) => detCurve(style, result)),
      ...(all.length === 1 ? [equalError(all[0]![1])] : []),
    ],
  });
}

function detCurve(style: string, { curve, mated, nonMated }: Measured): Line {
  const [leastX, leastY] = [leastRate(nonMated), leastRate(mated)];
  const points = curve
    .filter(({ fmr, fnmr }) => fmr >= leastX && fnmr >= leastY && Math.max(fmr, fnmr) <= 0.5)
    .map(({ fmr, fnmr }): Point => [fmr, fnmr])
    .sort(byX);
  return { kind: 'curve', style, points };
}

const equalError = ({ eer }: Measured): Layer => ({
  kind: 'point',
  at: [eer, eer],
  label: `EER ${rateLabel(Number(eer.toFixed(4)))}`,
});

/** Share of the mated and of the non-mated comparisons per bin of distance. */
export function histogramChart({ histogram, threshold }: Evaluation): Html {
  const { edges } = histogram;
  const mated = shares(histogram.mated);
  const nonMated = shares(histogram.nonMated);
  const [min, max] = [edges[0] ?? 0, edges.at(-1) ?? 1];
  const top = Math.max(...mated, ...nonMated) * 1.08;
  return chartSvg({
    ...WIDE,
    description: 'Distances of mated and non-mated comparisons',
    x: {
      title: 'Distance',
      scale: linear(
        min,
        max,
        roundTicks(min, max, 10, (value) => value.toFixed(1)),
      ),
    },
    y: {
      title: 'Share of comparisons',
      scale: linear(0, top, roundTicks(0, top, 4, rateLabel)),
    },
    layers: [
      { kind: 'area', style: 'non-mated', points: steps(edges, nonMated) },
      { kind: 'area', style: 'mated', points: steps(edges, mated) },
      { kind: 'line', x: threshold, label: `threshold ${threshold.toFixed(3)}` },
    ],
  });
}

const byX = (a: Point, b: Point) => a[0] - b[0] || a[1] - b[1];

/** The smallest rate that so many comparisons can show. */
const leastRate = (comparisons: number) => Math.max(1e-6, 1 / Math.max(10, comparisons));

function shares(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, each) => sum + each, 0);
  return counts.map((each) => (total === 0 ? 0 : each / total));
}

/** The outline of a histogram, from its first edge on the ground to its last. */
function steps(edges: readonly number[], heights: readonly number[]): readonly Point[] {
  const tops = heights.flatMap((height, i): Point[] => [
    [edges[i]!, height],
    [edges[i + 1]!, height],
  ]);
  return [[edges[0] ?? 0, 0], ...tops, [edges.at(-1) ?? 0, 0]];
}
