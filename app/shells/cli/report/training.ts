import type { Measured, TripletTraining } from '../../../../contract/training-commands.ts';
import { count, duration, percent } from '../output/words.ts';
import type { Point } from './chart.ts';
import { facts } from './facts.ts';
import { html, type Html } from './html.ts';
import { chartCard, lineChart } from './line-chart.ts';
import { page } from './page.ts';
import { rateLabel } from './scales.ts';

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
    ...{ title: 'Loss', along: 'Epoch', label: (value) => `${Number(value.toFixed(3))}` },
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
