import type { Difference, ModelComparison } from '../../../../contract/comparison-commands.ts';
import { distance, grouped, percent, size } from './words.ts';

/** Measure, first encoder, second encoder, difference, interval. */
export type ComparisonRow = readonly [string, string, string, string, string];

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
