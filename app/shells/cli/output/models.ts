import type { ModelSummary } from '../../../../contract/commands.ts';
import {
  table,
  clipped,
  size,
  distance,
  grouped,
  percent,
  type Format,
  type Paint,
} from './text.ts';
import type { Difference, ModelComparison } from '../../../../contract/models.ts';

const stateColors = {
  ready: 'green',
  available: 'dim',
  missing: 'yellow',
  corrupt: 'red',
} as const satisfies Record<ModelSummary['state'], Format>;

const HASH_DIGITS = 12;
const LICENSE_WIDTH = 36;

/** Models as a table; the active one of each role is starred. */
export function modelTable(models: readonly ModelSummary[], paint: Paint): string {
  const titles = ['', 'id', 'role', 'state', 'version', 'size', 'sha256', 'license', 'origin'];
  const rows = models.map((model) => [
    model.active ? paint('green', '*') : '',
    model.id,
    model.role,
    paint(stateColors[model.state], model.state),
    model.version,
    size(model.bytes),
    model.sha256.slice(0, HASH_DIGITS),
    clipped(model.license, LICENSE_WIDTH),
    model.origin,
  ]);
  const align = ['left', 'left', 'left', 'left', 'left', 'right'] as const;
  return table([titles.map((title) => paint('dim', title)), ...rows], align);
}

export const isBroken = ({ state }: ModelSummary) => state === 'corrupt' || state === 'missing';

/** Measure, first encoder, second encoder, difference, interval. */
type ComparisonRow = readonly [string, string, string, string, string];

/** What is shown of two encoders, the same on a terminal and on a page. */
export function comparisonRows({ encoders, difference }: ModelComparison): ComparisonRow[] {
  const [a, b] = encoders;
  const plain = (title: string, of: (encoder: typeof a) => string): ComparisonRow => [
    title,
    of(a),
    of(b),
    '',
    '',
  ];
  return [
    ['Equal error rate', percent(a.eer, 2), percent(b.eer, 2), ...inPoints(difference.eer)],
    ...difference.tar.map((each, i): ComparisonRow => {
      const title = `TAR at FAR ${Number((each.far * 100).toPrecision(6))} %`;
      const [ofA, ofB] = [a.tar[i]!.tar, b.tar[i]!.tar];
      return [title, percent(ofA, 2), percent(ofB, 2), ...inPoints(each)];
    }),
    plain('Accuracy, best threshold', ({ accuracy }) => percent(accuracy, 2)),
    plain('at distance', ({ threshold }) => distance(threshold)),
    plain('Milliseconds per face', ({ milliseconds }) => milliseconds.toFixed(1)),
    plain('Dimension', ({ dimension }) => grouped(dimension)),
    plain('File', ({ bytes }) => size(bytes)),
  ];
}

const inPoints = ({ value, interval }: Difference): [string, string] => [
  signed(value),
  interval === null ? '' : `${signed(interval.low)} to ${signed(interval.high)}`,
];

/** Percentage points, with a proper minus. */
function signed(rate: number): string {
  const text = Math.abs(rate * 100).toFixed(2);
  if (Number(text) === 0) return text;
  return `${rate < 0 ? '−' : '+'}${text}`;
}

export const fewPeople = (needed: number): string =>
  `Too few people for a verdict: it takes ${needed} with two photos each.`;
