import type { Reliability } from '../../../contract/verifier-commands.ts';
import { chartSvg, type Point } from './chart.ts';
import type { Html } from './html.ts';
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
