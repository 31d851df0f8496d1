import type { Reliability } from '../../../../contract/verifier-commands.ts';
import { grouped, percent } from '../output/words.ts';
import { chartSvg, type Point } from './chart.ts';
import { html, type Html } from './html.ts';
import { linear, rateLabel, roundTicks } from './scales.ts';

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
