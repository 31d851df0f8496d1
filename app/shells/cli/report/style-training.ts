import type { StyleEncoderTraining } from '../../../../contract/style-training-commands.ts';
import { duration, grouped, percent, size } from '../output/words.ts';
import type { Point } from './chart.ts';
import { facts } from './facts.ts';
import { html, type Html } from './html.ts';
import { chartCard, lineChart } from './line-chart.ts';
import { page } from './page.ts';

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
        ${chartCard('Loss', 'On the pictures that train, mean between two points.', lossChart(result))}
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

function lossChart({ curve }: StyleEncoderTraining): Html {
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
