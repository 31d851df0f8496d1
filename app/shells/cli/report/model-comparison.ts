import type { ModelComparison } from '../../../../contract/models.ts';
import { comparisonRows, fewPeople } from '../output/models.ts';
import { count, duration, grouped, providerTitle } from '../output/text.ts';
import { detCharts, rocCharts, type Curves, type Measured } from './charts.ts';
import { facts, html, page, type Html } from './page.ts';

/** The page of `likeness models compare --report`: verdict, figures, ROC and DET of both. */
export function modelComparisonReport(result: ModelComparison): string {
  const [a, b] = result.encoders;
  const body = html`<main>
    ${head(result)} ${figures(result)} ${curves(result)} ${foot(result)}
  </main>`;
  return page({ title: `Likeness: ${a.id} and ${b.id}`, body });
}

function head(result: ModelComparison): Html {
  const [a, b] = result.encoders;
  return html`<header>
    <p class="eyebrow">Likeness comparison</p>
    <h1>${a.id} and ${b.id}</h1>
    <p class="lead">${verdict(result)}</p>
    ${facts([
      ['Faces', grouped(result.faces)],
      ['People', grouped(result.people)],
      ['Mated pairs', grouped(result.mated)],
      ['Non-mated pairs', grouped(result.nonMated)],
      ['Not usable', `${grouped(result.unusable)} of ${grouped(result.photos)} photos`],
    ])}
  </header>`;
}

function verdict({ verdict: said }: ModelComparison): string {
  switch (said.kind) {
    case 'better':
      return `By the equal error rate, ${said.id} separates these people better: the interval of its difference leaves zero out.`;
    case 'undecided':
      return 'By the equal error rate, neither separates these people better for certain: the interval of its difference has zero in it.';
    case 'too-few-people':
      return fewPeople(said.needed);
  }
}

const figures = (result: ModelComparison): Html => {
  const [a, b] = result.encoders;
  return html`<section>
    <h2>Figures</h2>
    <p>
      Both have encoded the same faces, and every face is compared with every other. Differences are
      those of the second encoder less the first, in percentage points.
    </p>
    <div class="card" style="margin-top:20px">
      <table>
        <tr>
          <th></th>
          <th class="number">${a.id} ${a.version}</th>
          <th class="number">${b.id} ${b.version}</th>
          <th class="number">Difference</th>
          <th class="number">95 % of resamples</th>
        </tr>
        ${comparisonRows(result).map(
          ([title, ...cells]) =>
            html`<tr>
              <td>${title}</td>
              ${cells.map((cell) => html`<td class="number">${cell}</td>`)}
            </tr>`,
        )}
      </table>
    </div>
  </section>`;
};

function curves(result: ModelComparison): Html {
  const [a, b] = result.encoders;
  const both: Curves = [
    ['curve', measured(result, a)],
    ['curve second', measured(result, b)],
  ];
  const legend = html`<div class="legend">
    <span><i class="mated"></i>${a.id}</span><span><i class="second"></i>${b.id}</span>
  </div>`;
  return html`<section>
    <h2>Curves</h2>
    <div class="charts">
      <div class="card">
        <h3>ROC</h3>
        <p>True accept rate over false accept rate; further up and left is better.</p>
        ${legend} ${rocCharts(both)}
      </div>
      <div class="card">
        <h3>DET</h3>
        <p>Both error rates on normal-deviate axes; further down and left is better.</p>
        ${legend} ${detCharts(both)}
      </div>
    </div>
  </section>`;
}

const measured = (
  { mated, nonMated }: ModelComparison,
  { curve, eer }: ModelComparison['encoders'][number],
): Measured => ({ curve, eer, mated, nonMated, tarAtFar: {} });

function foot({ peopleWithTwo, resamples, timed, elapsedMs, provider }: ModelComparison): Html {
  const intervals =
    resamples === 0 ? [] : [`Intervals are of ${grouped(resamples)} resamples of the people.`];
  const sentences = [
    `${count(peopleWithTwo, 'person has', 'people have')} two faces or more.`,
    ...intervals,
    'The accuracy is that at the threshold which is best on these very faces.',
    `Milliseconds are the median of ${count(timed, 'face')}, encoded one after the other.`,
    `It took ${duration(elapsedMs)} on ${providerTitle(provider)}.`,
  ];
  return html`<footer>${sentences.join(' ')}</footer>`;
}
