import { html, type Html } from './html.ts';
import type { Scale } from './scales.ts';

export interface Chart {
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
  readonly scale: Scale;
}

export type Point = readonly [number, number];

/** What lies on the axes, in their values; `style` is a class of the style sheet. */
export type Layer =
  | { readonly kind: 'curve'; readonly style: string; readonly points: readonly Point[] }
  | { readonly kind: 'area'; readonly style: string; readonly points: readonly Point[] }
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
      return html`<path class="${layer.style}" d="${outline(layer.points, frame)}" />`;
    case 'area':
      return html`<path class="${layer.style}" d="${outline(layer.points, frame)}Z" />`;
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

const outline = (points: readonly Point[], { px, py }: Frame) =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${py(y)}`).join('');
