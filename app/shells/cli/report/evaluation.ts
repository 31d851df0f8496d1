import { count, distance, grouped, duration, percent, providerTitle } from '../output/text.ts';
import {
  detChart,
  histogramChart,
  rocChart,
  reliabilityDiagram,
  reliabilityTable,
  rateLabel,
  type Evaluation,
} from './charts.ts';
import { facts, html, page, type Html } from './page.ts';

/** The page of `likeness evaluate --report`: operating points, ROC, DET and distance histograms. */
export function evaluationReport(result: Evaluation): string {
  const body = html`<main>
    ${head(result)} ${operatingPoints(result)} ${charts(result)} ${probability(result)}
    ${identification(result)} ${failures(result)} ${foot(result)}
  </main>`;
  return page({ title: `Likeness: evaluation of ${result.model}`, body });
}

function head(result: Evaluation): Html {
  return html`<header>
    <p class="eyebrow">Likeness evaluation</p>
    <h1>${result.model}</h1>
    <p class="lead">
      How well photos of one person are told from photos of others: every comparison below is
      between photos whose people are known.
    </p>
    ${facts([
      ['Accuracy', percent(result.accuracy, 2)],
      ['Equal error rate', percent(result.eer, 2)],
      ['Mated pairs', grouped(result.mated)],
      ['Non-mated pairs', grouped(result.nonMated)],
      ['No face found', `${result.failures} of ${grouped(result.photos)}`],
      ['Speed', `${result.facesPerSecond.toFixed(1)} faces/s`],
    ])}
  </header>`;
}

function operatingPoints({ tarAtFar, thresholdAtFar }: Evaluation): Html {
  const rates = Object.keys(tarAtFar).sort((a, b) => Number(b) - Number(a));
  const rows = rates.map(
    (far) =>
      html`<tr>
        <td>${rateLabel(Number(far))}</td>
        <td class="number">${percent(tarAtFar[far] ?? NaN, 2)}</td>
        <td class="number">${distance(thresholdAtFar[far] ?? NaN)}</td>
      </tr>`,
  );
  return html`<section>
    <h2>Operating points</h2>
    <p>
      A looser threshold finds more people and lets more strangers pass. One row is one such choice.
    </p>
    <div class="card" style="margin-top:20px">
      <table>
        <tr>
          <th>Strangers accepted (FAR)</th>
          <th class="number">People recognized (TAR)</th>
          <th class="number">at distance</th>
        </tr>
        ${rows}
      </table>
    </div>
  </section>`;
}

const charts = (result: Evaluation) =>
  html`<section>
    <h2>Curves</h2>
    <div class="charts">
      <div class="card">
        <h3>ROC</h3>
        <p>True accept rate over false accept rate; further up and left is better.</p>
        ${rocChart(result)}
      </div>
      <div class="card">
        <h3>DET</h3>
        <p>Both error rates on normal-deviate axes; further down and left is better.</p>
        ${detChart(result)}
      </div>
      <div class="card wide">
        <h3>Distances</h3>
        <div class="legend">
          <span><i class="mated"></i>same person</span><span><i></i>different people</span>
        </div>
        ${histogramChart(result)}
      </div>
    </div>
  </section>`;

const probability = ({ reliability }: Evaluation) =>
  reliability !== null &&
  html`<section>
    <h2>The probability that is shown</h2>
    <p>
      When it says 80 %, four of five such pairs should show one person. It is
      ${reliability.source === 'verifier' ? "the verifier's" : 'that of the curve on distance'},
      measured on ${count(reliability.mated, 'mated pair')} and
      ${count(reliability.nonMated, 'non-mated pair')}. Mated ones weigh
      ${percent(reliability.prior, 0)} in total, as the threshold of verification expects.
    </p>
    ${facts([
      ['Expected calibration error', reliability.ece.toFixed(4)],
      ['Brier score', reliability.brier.toFixed(4)],
      ['Accuracy at one half', percent(reliability.accuracy, 2)],
    ])}
    <div class="charts">
      <div class="card">
        <h3>Reliability</h3>
        <p>On the diagonal, what is stated is what happens.</p>
        ${reliabilityDiagram('Reliability of the probability shown', reliability)}
      </div>
      <div class="card small">${reliabilityTable(reliability)}</div>
    </div>
  </section>`;

const identification = ({ identification: open }: Evaluation) =>
  open !== null &&
  html`<section>
    <h2>Identification among ${count(open.gallery, 'person', 'people')}</h2>
    <p>
      Half of the people were enrolled with one photo each; the other photos were searched. A
      stranger is named wrongly more often the more people there are to be taken for.
    </p>
    <div class="card" style="margin-top:20px">
      <table>
        <tr>
          <th>at distance</th>
          <th class="number">Strangers named (FPIR)</th>
          <th class="number">People not named (FNIR)</th>
        </tr>
        ${open.points.map(
          ({ threshold, fpir, fnir }) =>
            html`<tr>
              <td>${distance(threshold)}</td>
              <td class="number">${percent(fpir, 2)}</td>
              <td class="number">${percent(fnir, 2)}</td>
            </tr>`,
        )}
      </table>
    </div>
  </section>`;

const failures = ({ failedPhotos }: Evaluation) =>
  failedPhotos.length > 0 &&
  html`<section>
    <h2>Photos without a face</h2>
    <p>${failedPhotos.join(', ')}</p>
  </section>`;

function foot({ accuracyStd, threshold, provider, elapsedMs, pairs }: Evaluation): Html {
  const sentences = [
    `Accuracy is the mean of ten folds, ± ${percent(accuracyStd, 2)}; its threshold is ${distance(threshold)}.`,
    `${count(pairs, 'pair')} compared in ${duration(elapsedMs)} on ${providerTitle(provider)}.`,
    'Distance is Euclidean in the space of the encoder.',
  ];
  return html`<footer>${sentences.join(' ')}</footer>`;
}
