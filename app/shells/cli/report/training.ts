import type { Measured, TripletTraining } from '../../../contract/training-commands.ts';
import { count, duration, percent } from '../output/words.ts';
import { chartSvg, type Layer, type Point } from './chart.ts';
import { facts } from './facts.ts';
import { html, type Html } from './html.ts';
import { page } from './page.ts';
import { linear, rateLabel, roundTicks } from './scales.ts';

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
        ${card('Loss', 'Mean over each epoch; it jumps where the mining changes.', lossChart(result))}
        ${card(
          'Active triplets',
          'Share of the triplets considered whose loss is above zero.',
          shareChart(
            'Active triplets',
            points(result, ({ active }) => active),
          ),
        )}
        ${card(
          'Validation',
          'Equal error rate on people who do not train; lower is better.',
          shareChart(
            'Equal error rate',
            points(result, ({ validation }) => validation?.eer ?? null),
          ),
        )}
        ${
          result.camera === 'bad' &&
          card(
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

const card = (title: string, text: string, chart: Html) =>
  html`<div class="card">
    <h3>${title}</h3>
    <p>${text}</p>
    ${chart}
  </div>`;

type Epoch = TripletTraining['curve'][number];

const points = ({ curve }: TripletTraining, of: (epoch: Epoch) => number | null): Point[] =>
  curve.flatMap((epoch): Point[] => {
    const value = of(epoch);
    return value === null ? [] : [[epoch.epoch, value]];
  });

function lossChart(result: TripletTraining): Html {
  return lineChart(
    'Loss',
    points(result, ({ loss }) => loss),
    (value) => `${Number(value.toFixed(3))}`,
  );
}

const shareChart = (title: string, of: readonly Point[]): Html => lineChart(title, of, rateLabel);

function lineChart(title: string, of: readonly Point[], label: (value: number) => string): Html {
  const last = Math.max(1, ...of.map(([epoch]) => epoch));
  const top = 1.05 * Math.max(1e-3, ...of.map(([, value]) => value));
  const layer: Layer = { kind: 'curve', style: 'curve', points: of };
  return chartSvg({
    ...{ description: `${title} over epochs`, width: 480, height: 300, layers: [layer] },
    x: { title: 'Epoch', scale: linear(0, last, roundTicks(0, last, 6, String)) },
    y: { title, scale: linear(0, top, roundTicks(0, top, 4, label)) },
  });
}

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
