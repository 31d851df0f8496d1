import type { Reliability, VerifierTraining } from '../../../../contract/verifier-commands.ts';
import { count, duration, percent } from '../output/words.ts';
import { facts } from './facts.ts';
import { html, type Html } from './html.ts';
import { page } from './page.ts';
import { reliabilityDiagram, reliabilityTable } from './reliability.ts';

/** The page of `likeness train verifier --report`: how far stated probabilities are to be trusted. */
export function verifierReport(result: VerifierTraining): string {
  const body = html`<main>
    ${head(result)} ${diagrams(result)} ${bins(result.test)} ${tried(result)} ${people(result)}
    <footer>
      Learned in ${duration(result.seconds * 1000)}. Mated and non-mated pairs weigh one half each:
      the probability is that of two faces that are as likely as not of one person.
    </footer>
  </main>`;
  return page({ title: `Likeness: verifier of ${result.encoder}`, body });
}

const head = ({ encoder, test, before, thresholdAccuracy }: VerifierTraining): Html =>
  html`<header>
    <p class="eyebrow">Likeness verifier</p>
    <h1>${encoder}</h1>
    <p class="lead">
      When it says 80 %, four of five such pairs should show one person. Measured on people who took
      no part in learning, choosing or calibrating.
    </p>
    ${facts([
      ['Expected calibration error', test.ece.toFixed(4)],
      ['before', before.ece.toFixed(4)],
      ['Brier score', test.brier.toFixed(4)],
      ['Accuracy', percent(test.accuracy, 2)],
      ['of a threshold', percent(thresholdAccuracy, 2)],
    ])}
  </header>`;

const diagrams = ({ test, before }: VerifierTraining): Html =>
  html`<section>
    <h2>Reliability</h2>
    <div class="charts">
      <div class="card">
        <h3>Verifier</h3>
        <p>On the diagonal, what is stated is what happens.</p>
        ${reliabilityDiagram('Reliability of the verifier', test)}
      </div>
      <div class="card">
        <h3>Before</h3>
        <p>The curve on distance that the model brought along.</p>
        ${reliabilityDiagram('Reliability of the former curve', before)}
      </div>
    </div>
  </section>`;

const bins = (test: Reliability): Html =>
  html`<section>
    <h2>Bin by bin</h2>
    <div class="card">${reliabilityTable(test)}</div>
  </section>`;

const tried = ({ candidates }: VerifierTraining): Html =>
  html`<section>
    <h2>What was tried</h2>
    <p>Mean negative log-likelihood on the people who choose; the least is kept.</p>
    <div class="card">
      <table>
        ${candidates.map(
          ({ form, penalty, validationLoss, chosen }) =>
            html`<tr>
              <td>${form}</td>
              <td>${penalty === null ? 'one weight for all values' : `penalty ${penalty}`}</td>
              <td class="number">${validationLoss.toFixed(5)}</td>
              <td>${chosen ? 'kept' : ''}</td>
            </tr>`,
        )}
      </table>
    </div>
  </section>`;

const people = ({ parts, contradictions }: VerifierTraining): Html =>
  html`<section>
    <h2>People</h2>
    <div class="card">
      <table>
        ${Object.entries(parts).map(
          ([name, part]) =>
            html`<tr>
              <td>${name}</td>
              <td class="number">${count(part.people, 'person', 'people')}</td>
              <td class="number">${count(part.photos, 'photo')}</td>
              <td class="number">${count(part.mated, 'mated pair')}</td>
              <td class="number">${count(part.nonMated, 'non-mated pair')}</td>
            </tr>`,
        )}
      </table>
    </div>
    ${
      contradictions.length > 0 &&
      html`<p>
        Left out, since the same photo lies under two names:
        ${contradictions.map((names) => names.join(' = ')).join('; ')}
      </p>`
    }
  </section>`;
