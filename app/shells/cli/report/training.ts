import type { Point } from '../../../../foundation/charts.ts';
import type {
  Measured,
  TripletTraining,
  StyleEncoderTraining,
} from '../../../../contract/training.ts';
import { count, duration, percent, grouped, size } from '../output/text.ts';
import { chartCard, lineChart, rateLabel, reliabilityDiagram, reliabilityTable } from './charts.ts';
import { facts, html, page, type Html } from './page.ts';
import type { Reliability, VerifierTraining } from '../../../../contract/verifier.ts';

/** The page of `likeness train encoder --report`: loss, active triplets, validation, and the test. */
export function trainingReport(result: TripletTraining): string {
  const { model, faces, best, seconds, startedFrom } = result;
  const body = html`<main>
    <header>
      <p class="eyebrow">Training</p>
      <h1>${model.id}</h1>
      <p class="lead">
        Trained with triplets from ${startedFrom}: ${count(faces.training, 'face')} trained,
        ${faces.validation} decided which epoch to keep, ${faces.test} were measured at the end.
        ${count(result.negativesOnly, 'person', 'people')} with one photo served as negatives only.
      </p>
      ${facts([
        ['Epoch kept', `${best} of ${result.curve.at(-1)?.epoch ?? 0}`],
        ['Parameters trained', result.trained.toLocaleString('en-GB')],
        ['Time', duration(seconds * 1000)],
      ])}
    </header>
    <section>
      <h2>Curves</h2>
      <div class="charts">
        ${chartCard('Loss', 'Mean over each epoch; it jumps where the mining changes.', lossChart(result))}
        ${chartCard(
          'Active triplets',
          'Share of the triplets considered whose loss is above zero.',
          shareChart(
            'Active triplets',
            points(result, ({ active }) => active),
          ),
        )}
        ${chartCard(
          'Validation',
          'Equal error rate on people who do not train; lower is better.',
          shareChart(
            'Equal error rate',
            points(result, ({ validation }) => validation?.eer ?? null),
          ),
        )}
        ${
          result.camera === 'bad' &&
          chartCard(
            'Validation, bad camera',
            'Equal error rate of its photos against clean ones.',
            shareChart(
              'Equal error rate',
              points(result, ({ probes }) => probes?.eer ?? null),
            ),
          )
        }
      </div>
    </section>
    ${testTable(result)}
  </main>`;
  return page({ title: `Training of ${model.id}`, body });
}

type Epoch = TripletTraining['curve'][number];

const points = ({ curve }: TripletTraining, of: (epoch: Epoch) => number | null): Point[] =>
  curve.flatMap((epoch): Point[] => {
    const value = of(epoch);
    return value === null ? [] : [[epoch.epoch, value]];
  });

function lossChart(result: TripletTraining): Html {
  return lineChart({
    title: 'Loss',
    along: 'Epoch',
    label: (value) => `${Number(value.toFixed(3))}`,
    points: points(result, ({ loss }) => loss),
  });
}

const shareChart = (title: string, of: readonly Point[]): Html =>
  lineChart({ title, along: 'Epoch', points: of });

function testTable({ test: { before, after } }: TripletTraining): Html | false {
  const rows = (
    [
      ['Before', before.clean],
      ['After', after.clean],
      ['Bad camera, before', before.probes],
      ['Bad camera, after', after.probes],
    ] as const
  ).filter((row): row is readonly [(typeof row)[0], Measured] => row[1] !== null);
  if (rows.length === 0) return false;
  return html`<section>
    <h2>People who took no part</h2>
    <div class="card" style="margin-top:20px">
      <table>
        <tr>
          <th></th>
          <th class="number">Equal error rate</th>
          <th class="number">Accuracy</th>
          ${rows[0]![1].tar.map(({ far }) => html`<th class="number">TAR at ${rateLabel(far)}</th>`)}
        </tr>
        ${rows.map(
          ([name, { eer, accuracy, tar }]) =>
            html`<tr>
              <td>${name}</td>
              <td class="number">${percent(eer, 2)}</td>
              <td class="number">${percent(accuracy, 2)}</td>
              ${tar.map((rate) => html`<td class="number">${percent(rate.tar, 1)}</td>`)}
            </tr>`,
        )}
      </table>
    </div>
  </section>`;
}

/** The page of `likeness train style-encoder --report`: loss, and agreement layer by layer. */
export function styleTrainingReport(result: StyleEncoderTraining): string {
  const { model, teacher, pictures, curve, flopsPerPixel, seconds } = result;
  const body = html`<main>
    <header>
      <p class="eyebrow">Training of an encoder of style</p>
      <h1>${model.id}</h1>
      <p class="lead">
        Taught by ${teacher} on ${grouped(pictures.training)} pictures;
        ${grouped(pictures.validation)} more were only looked at.
      </p>
      ${facts([
        ['Size', size(model.bytes)],
        ['Parameters', grouped(result.parameters)],
        [
          'Arithmetic',
          `${percent(flopsPerPixel.student / flopsPerPixel.teacher, 1)} of ${teacher}'s`,
        ],
        ['Time', duration(seconds * 1000)],
      ])}
    </header>
    <section>
      <h2>Curves</h2>
      <div class="charts">
        ${chartCard('Loss', 'On the pictures that train, mean between two points.', styleLossChart(result))}
        ${curve
          .at(-1)!
          .layers.map(({ layer }) =>
            chartCard(
              `Gram matrix at ${layer}`,
              'Squared difference relative to the teacher, on pictures that do not train.',
              lineChart({ title: 'Off by', along: 'Step', points: gramPoints(result, layer) }),
            ),
          )}
      </div>
    </section>
    ${agreementTable(result)}
  </main>`;
  return page({ title: `Training of ${model.id}`, body });
}

function styleLossChart({ curve }: StyleEncoderTraining): Html {
  const points = curve.flatMap(({ step, loss }): Point[] => (loss === null ? [] : [[step, loss]]));
  const label = (value: number) => `${Number(value.toFixed(3))}`;
  return lineChart({ title: 'Loss', along: 'Step', points, label });
}

/** Random weights are off by far more than all later points; the curve begins after them. */
const gramPoints = ({ curve }: StyleEncoderTraining, layer: string): Point[] =>
  curve.flatMap(({ step, layers }): Point[] => {
    const measured = layers.find((each) => each.layer === layer);
    return step === 0 || measured === undefined ? [] : [[step, measured.gram]];
  });

function agreementTable({ curve }: StyleEncoderTraining): Html {
  const [first, last] = [curve[0]!, curve.at(-1)!];
  return html`<section>
    <h2>How far it is from its teacher</h2>
    <div class="card" style="margin-top:20px">
      <table>
        <tr>
          <th>Layer</th>
          <th class="number">Activations, before</th>
          <th class="number">after</th>
          <th class="number">Gram matrix, before</th>
          <th class="number">after</th>
        </tr>
        ${last.layers.map(({ layer, features, gram }, index) => {
          const before = first.layers[index]!;
          return html`<tr>
            <td>${layer}</td>
            <td class="number">${percent(before.features, 1)}</td>
            <td class="number">${percent(features, 1)}</td>
            <td class="number">${percent(before.gram, 1)}</td>
            <td class="number">${percent(gram, 2)}</td>
          </tr>`;
        })}
      </table>
    </div>
  </section>`;
}

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
