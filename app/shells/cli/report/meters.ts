import type { CommandOutput } from '../../../../contract/commands.ts';
import type { Quality } from '../../../../contract/values.ts';
import { distance, percent } from '../output/words.ts';
import { html, type Html } from './html.ts';

type Matches = CommandOutput<'identification.identify'>['faces'][number]['matches'];

const share = (value: number, max: number) =>
  `${(Math.min(1, Math.max(0, value / max)) * 100).toFixed(2)}%`;

/** Where the candidates of a face lie on a scale of distance, with the threshold marked. */
export function distanceScale(matches: Matches, threshold: number): Html {
  // Twice the threshold: strangers lie well inside the scale, and so does every match.
  const max = 2 * threshold;
  const dots = matches.map(({ name, distance: value }, i) => {
    const side = value <= threshold ? 'within' : 'beyond';
    const rank = i === 0 ? 'best' : 'other';
    const title = `${name}: ${distance(value)}`;
    return html`<i class="${side} ${rank}" style="left:${share(value, max)}" title="${title}"></i>`;
  });
  return html`<div class="scale" role="img" aria-label="${scaleText(matches, threshold)}">
    <b style="width:${share(threshold, max)}"></b>
    <u style="left:${share(threshold, max)}"></u>
    ${dots.toReversed()}
  </div>`;
}

function scaleText([best]: Matches, threshold: number): string {
  const nearest = best === undefined ? 'nobody enrolled' : `nearest at ${distance(best.distance)}`;
  return `${nearest}, threshold ${distance(threshold)}`;
}

/** A bar with the reasons of a low score under it. */
export function qualityMeter({ score, reasons }: Quality): Html {
  return html`<div class="quality">
    <div class="bar"><b style="width:${share(score, 1)}"></b></div>
    <span>${percent(score, 0)}</span>
    ${reasons.length > 0 && html`<p>${reasons.join(' · ')}</p>`}
  </div>`;
}
