import type { Portrayed } from '../demo/exhibit.ts';
import type { ProbedFace } from '../demo/rehearse.ts';
import { againstThreshold, percent } from '../output/words.ts';
import { html, type Html } from './html.ts';
import { distanceScale, qualityMeter } from './meters.ts';

/** A face that was asked about beside the nearest enrolled one, so that the reader can judge. */
export function comparison(
  { face, portrait }: ProbedFace & Portrayed,
  threshold: number,
  portraits: ReadonlyMap<string, string>,
): Html {
  const { matches, decision, quality } = face;
  const [best] = matches;
  const nearest = best === undefined ? undefined : portraits.get(best.name);
  return html`<article class="${decision}">
    <div class="pair">
      <img src="${portrait}" alt="" />
      ${nearest !== undefined && html`<img src="${nearest}" alt="" />`}
    </div>
    <div>
      <h3>${decision === 'identified' && best !== undefined ? best.name : 'Unknown'}</h3>
      <p class="small soft">${outcome(face)}</p>
      <dl>
        <dt>Distance</dt>
        <dd>
          ${distanceScale(matches, threshold)}
          <p>${best === undefined ? '' : againstThreshold(best.distance, threshold)}</p>
        </dd>
        <dt>Quality</dt>
        <dd>${qualityMeter(quality)}</dd>
      </dl>
    </div>
  </article>`;
}

function outcome({ decision, matches: [best] }: ProbedFace['face']): string {
  if (best === undefined) return 'nobody to compare with';
  return decision === 'identified'
    ? `${percent(best.probability)} likely`
    : `nearest is ${best.name}, ${percent(best.probability)} likely`;
}
