import type { Portrayed } from '../demo/exhibit.ts';
import type { ProbedFace } from '../demo/rehearse.ts';
import { alsoNear, confidenceOf } from '../../../../contract/confidence.ts';
import { againstThreshold, nameShown, percent } from '../output/words.ts';
import { html, type Html } from './html.ts';
import { distanceScale, qualityMeter } from './meters.ts';

/** A face that was asked about beside the nearest enrolled one, so that the reader can judge. */
export function comparison(
  { face, portrait }: ProbedFace & Portrayed,
  threshold: number,
  portraits: ReadonlyMap<string, string>,
): Html {
  const { matches, decision, quality } = face;
  const name = nameShown(face);
  const [best] = matches;
  const nearest = best === undefined ? undefined : portraits.get(best.name);
  const tone = name === null ? '' : confidenceOf(matches[0]!.probability);
  return html`<article class="${decision} ${tone}">
    <div class="pair">
      <img src="${portrait}" alt="" />
      ${nearest !== undefined && html`<img src="${nearest}" alt="" />`}
    </div>
    <div>
      <h3>${name ?? 'Unknown'}</h3>
      <p class="small soft">${outcome(face, threshold)}</p>
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

function outcome({ decision, matches }: ProbedFace['face'], threshold: number): string {
  const [best] = matches;
  if (best === undefined) return 'nobody to compare with';
  const likely = `${percent(best.probability)} likely`;
  if (decision !== 'identified') return `nearest is ${best.name}, ${likely}`;
  const others = alsoNear(matches, threshold);
  return others.length === 0 ? likely : `${likely}; also near: ${others.join(', ')}`;
}
