import {
  curveThrough,
  histogramOutline,
  linearScale,
  linearTicks,
  logScale,
  type Point,
  type Scale,
} from '../../../../foundation/charts.ts';
import { html, type Html } from './page.ts';
import type { Reliability } from '../../../../contract/verifier.ts';
import { grouped, percent } from '../output/text.ts';
import type { CommandOutput } from '../../../../contract/commands.ts';

/** A scale with its marks. */
export interface MarkedScale {
  readonly at: Scale;
  readonly ticks: readonly Tick[];
}

interface Tick {
  readonly value: number;
  readonly label: string;
}

export const linear = (min: number, max: number, ticks: readonly Tick[]): MarkedScale => ({
  at: linearScale(min, max),
  ticks,
});

/** Smaller values than `min`, which is above 0, lie on the edge. */
export const logarithmic = (min: number, max: number, ticks: readonly Tick[]): MarkedScale => ({
  at: logScale(min, max),
  ticks,
});

/** Normal deviates, the axes of DET plots (Martin et al. 1997). Rates between 0 and 1. */
export function normalDeviate(min: number, max: number, ticks: readonly Tick[]): MarkedScale {
  const [low, high] = [probit(min), probit(max)];
  const within = (rate: number) => Math.min(max, Math.max(min, rate));
  return { at: (rate) => (probit(within(rate)) - low) / (high - low), ticks };
}

export const roundTicks = (
  min: number,
  max: number,
  count: number,
  label: (value: number) => string,
): readonly Tick[] => linearTicks(min, max, count).map((value) => ({ value, label: label(value) }));

/** "0.01 %" without the noise of floating point. */
export const rateLabel = (rate: number) => `${Number((rate * 100).toPrecision(6))} %`;

export const rateTicks = (rates: readonly number[]): readonly Tick[] =>
  rates.map((value) => ({ value, label: rateLabel(value) }));

/** The inverse of the normal distribution, by bisection. */
export function probit(share: number): number {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (series * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  return x >= 0 ? 1 - tail : tail;
}

interface Chart {
  /** For readers who cannot see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly layers: readonly Layer[];
}

export interface Axis {
  readonly title: string;
  readonly scale: MarkedScale;
}

/** What lies on the axes, in their values; `style` is a class of the style sheet. */
export type Layer =
  | { readonly kind: 'curve'; readonly style: string; readonly points: readonly Point[] }
  | { readonly kind: 'area'; readonly style: string; readonly points: readonly Point[] }
  | {
      readonly kind: 'histogram';
      readonly style: string;
      /** One more than there are heights. */
      readonly edges: readonly number[];
      readonly heights: readonly number[];
    }
  | { readonly kind: 'point'; readonly at: Point; readonly label: string }
  | { readonly kind: 'line'; readonly x: number; readonly label: string };

const MARGIN = { left: 62, right: 18, top: 26, bottom: 46 } as const;

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly px: (value: number) => number;
  readonly py: (value: number) => number;
}

/** A chart as inline SVG, colored by the page's style sheet. */
export function chartSvg(chart: Chart): Html {
  const frame = frameOf(chart);
  return html`<svg
    class="chart"
    viewBox="0 0 ${chart.width} ${chart.height}"
    role="img"
    aria-label="${chart.description}"
  >
    ${verticalTicks(chart.x, frame)} ${horizontalTicks(chart.y, frame)}
    ${chart.layers.map((layer) => draw(layer, frame))} ${titles(chart, frame)}
  </svg>`;
}

function frameOf({ width, height, x, y }: Chart): Frame {
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const px = (value: number) => round(left + x.scale.at(value) * (right - left));
  const py = (value: number) => round(bottom - y.scale.at(value) * (bottom - top));
  return { left, right, top, bottom, px, py };
}

const round = (pixels: number) => Math.round(pixels * 100) / 100;

const verticalTicks = ({ scale }: Axis, { px, top, bottom }: Frame) =>
  scale.ticks.map(
    ({ value, label }) =>
      html`<line class="grid" x1="${px(value)}" x2="${px(value)}" y1="${top}" y2="${bottom}" />
        <text x="${px(value)}" y="${bottom + 18}" text-anchor="middle">${label}</text>`,
  );

const horizontalTicks = ({ scale }: Axis, { py, left, right }: Frame) =>
  scale.ticks.map(
    ({ value, label }) =>
      html`<line class="grid" x1="${left}" x2="${right}" y1="${py(value)}" y2="${py(value)}" />
        <text x="${left - 8}" y="${py(value) + 4}" text-anchor="end">${label}</text>`,
  );

const titles = ({ x, y }: Chart, { left, right, top, bottom }: Frame) =>
  html`<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}" />
    <text x="${(left + right) / 2}" y="${bottom + 38}" text-anchor="middle">${x.title}</text>
    <text x="0" y="${top - 13}">${y.title}</text>`;

function draw(layer: Layer, frame: Frame): Html {
  const { px, py, bottom, top } = frame;
  switch (layer.kind) {
    case 'curve':
      return html`<path class="${layer.style}" d="${through(layer.points, frame)}" />`;
    case 'area':
      return html`<path class="${layer.style}" d="${through(layer.points, frame)}Z" />`;
    case 'histogram': {
      const edges = layer.edges.map(px);
      const outline = histogramOutline(edges, layer.heights.map(py), py(0));
      return html`<path class="${layer.style}" d="${outline}" />`;
    }
    case 'point':
      return html`<circle class="point" cx="${px(layer.at[0])}" cy="${py(layer.at[1])}" r="4" />
        <text class="title" x="${px(layer.at[0]) + 9}" y="${py(layer.at[1]) + 15}">
          ${layer.label}
        </text>`;
    case 'line':
      return html`<line
          class="threshold"
          x1="${px(layer.x)}"
          x2="${px(layer.x)}"
          y1="${top}"
          y2="${bottom}"
        />
        <text class="threshold-label" x="${px(layer.x) + 7}" y="${top + 12}">${layer.label}</text>`;
  }
}

const through = (points: readonly Point[], { px, py }: Frame): string =>
  curveThrough(points.map(([x, y]) => [px(x), py(y)]));

/** A chart with its title and what it shows. */
export const chartCard = (title: string, text: string, chart: Html): Html =>
  html`<div class="card">
    <h3>${title}</h3>
    <p>${text}</p>
    ${chart}
  </div>`;

export interface LineChart {
  readonly title: string;
  /** What runs along the bottom, from zero. */
  readonly along: string;
  readonly points: readonly Point[];
  /** Of values; shares by default. */
  readonly label?: (value: number) => string;
}

/** One curve above zero. */
export function lineChart({ title, along, points, label = rateLabel }: LineChart): Html {
  const last = Math.max(1, ...points.map(([at]) => at));
  const top = 1.05 * Math.max(1e-3, ...points.map(([, value]) => value));
  const layer: Layer = { kind: 'curve', style: 'curve', points };
  return chartSvg({
    description: `${title} over ${along.toLowerCase()}s`,
    width: 480,
    height: 300,
    layers: [layer],
    x: { title: along, scale: linear(0, last, roundTicks(0, last, 6, String)) },
    y: { title, scale: linear(0, top, roundTicks(0, top, 4, label)) },
  });
}

/** What was stated against what was true, bin by bin; on the diagonal they are the same. */
export function reliabilityDiagram(description: string, { bins }: Pick<Reliability, 'bins'>): Html {
  const points = bins.flatMap(({ stated, observed }): Point[] =>
    stated === null || observed === null ? [] : [[stated, observed]],
  );
  const axis = (title: string) => ({
    title,
    scale: linear(0, 1, roundTicks(0, 1, 5, rateLabel)),
  });
  return chartSvg({
    description,
    width: 480,
    height: 420,
    x: axis('Stated probability'),
    y: axis('Share that was the same person'),
    layers: [
      {
        kind: 'curve',
        style: 'chance',
        points: [
          [0, 0],
          [1, 1],
        ],
      },
      { kind: 'curve', style: 'curve', points },
      ...points.map((at) => ({ kind: 'point' as const, at, label: '' })),
    ],
  });
}

/** The same as numbers, with how many comparisons are in each bin. */
export const reliabilityTable = ({ bins }: Pick<Reliability, 'bins'>): Html =>
  html`<table>
    <tr>
      <th>Stated</th>
      <th class="number">Mated</th>
      <th class="number">Non-mated</th>
      <th class="number">Mean stated</th>
      <th class="number">Observed</th>
    </tr>
    ${bins.map(
      ({ from, to, mated, nonMated, stated, observed }) =>
        html`<tr>
          <td>${(from * 100).toFixed(0)} to ${percent(to, 0)}</td>
          <td class="number">${grouped(mated)}</td>
          <td class="number">${grouped(nonMated)}</td>
          <td class="number">${stated === null ? '' : percent(stated, 1)}</td>
          <td class="number">${observed === null ? '' : percent(observed, 1)}</td>
        </tr>`,
    )}
  </table>`;

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
      { kind: 'histogram', style: 'non-mated', edges, heights: nonMated },
      { kind: 'histogram', style: 'mated', edges, heights: mated },
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
