import { chartSvg, type Layer, type Point } from './chart.ts';
import { html, type Html } from './html.ts';
import { linear, rateLabel, roundTicks } from './scales.ts';

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
    ...{ description: `${title} over ${along.toLowerCase()}s`, width: 480, height: 300 },
    layers: [layer],
    x: { title: along, scale: linear(0, last, roundTicks(0, last, 6, String)) },
    y: { title, scale: linear(0, top, roundTicks(0, top, 4, label)) },
  });
}
