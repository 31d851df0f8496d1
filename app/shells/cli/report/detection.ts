import type { DetectionEvaluation } from '../../../../contract/evaluation.ts';
import { grouped, percent, providerTitle, duration } from '../output/text.ts';
import { dataUri, shownPhoto } from '../pictures/photo.ts';
import { chartCard, chartSvg, linear, rateLabel, roundTicks } from './charts.ts';
import { facts, html, page, type Html } from './page.ts';

/** More pictures would make the page too heavy to open. */
const MOST_SHOWN = 200;

/** The page of `likeness evaluate --detection --report`: recall by group, and what was missed. */
export async function detectionReport(result: DetectionEvaluation): Promise<string> {
  const body = html`<main>
    ${head(result)} ${groups(result)} ${curve(result)} ${await missed(result)}
    <footer class="soft small">
      ${duration(result.elapsedMs)} on ${providerTitle(result.provider)}
    </footer>
  </main>`;
  return page({ title: `Likeness: detection by ${result.model}`, body });
}

const rangeOf = ({ low, high }: DetectionEvaluation['recallInterval']): string =>
  `${percent(low, 1)} to ${percent(high, 1)}`;

function head(result: DetectionEvaluation): Html {
  const { model, photos, faces, found, recall, averagePrecision, withoutFaces } = result;
  return html`<header>
    <p class="eyebrow">Likeness detection</p>
    <h1>${model}</h1>
    <p class="lead">How many faces are found in photos whose faces are known.</p>
    ${facts([
      ['Found', `${grouped(found)} of ${grouped(faces)}`],
      ['Recall', percent(recall, 2)],
      ['95 %', rangeOf(result.recallInterval)],
      ['Photos', grouped(photos)],
      ['False alarms per photo', result.falseAlarmsPerPhoto.toFixed(4)],
      ...(withoutFaces === null
        ? []
        : [
            [
              'In photos without faces',
              `${withoutFaces.falseAlarms} in ${grouped(withoutFaces.photos)}`,
            ] as const,
          ]),
      ...(averagePrecision === null
        ? []
        : [['Average precision', percent(averagePrecision, 2)] as const]),
    ])}
  </header>`;
}

const groups = ({ groups: all }: DetectionEvaluation) =>
  all.length > 1 &&
  html`<section>
    <h2>By group</h2>
    <div class="card" style="margin-top:20px">
      <table>
        <tr>
          <th>Folder</th>
          <th class="number">Faces</th>
          <th class="number">Missed</th>
          <th class="number">Recall</th>
          <th class="number">95 %</th>
        </tr>
        ${all.map(
          (group) =>
            html`<tr>
              <td>${group.group === '' ? '(no folder)' : group.group}</td>
              <td class="number">${grouped(group.faces)}</td>
              <td class="number">${grouped(group.faces - group.found)}</td>
              <td class="number">${group.recall === null ? '–' : percent(group.recall, 2)}</td>
              <td class="number">${rangeOf(group.recallInterval)}</td>
            </tr>`,
        )}
      </table>
    </div>
  </section>`;

const curve = ({ curve: points }: DetectionEvaluation) =>
  points.length > 0 &&
  html`<section>
    <h2>Precision and recall</h2>
    <div class="charts">
      ${chartCard(
        'As the score that is asked for falls',
        'Further up and right is better; it ends at the score in use.',
        chartSvg({
          description: 'Precision over recall',
          width: 480,
          height: 420,
          x: { title: 'Recall', scale: linear(0, 1, roundTicks(0, 1, 5, rateLabel)) },
          y: { title: 'Precision', scale: linear(0, 1, roundTicks(0, 1, 5, rateLabel)) },
          layers: [
            {
              kind: 'curve',
              style: 'curve',
              points: points.map(({ recall, precision }) => [recall, precision] as const),
            },
          ],
        }),
      )}
    </div>
  </section>`;

async function missed({ missed: files }: DetectionEvaluation): Promise<Html | false> {
  if (files.length === 0) return false;
  const shown = files.slice(0, MOST_SHOWN);
  const pictures = await Promise.all(shown.map(pictureOf));
  const more = files.length - shown.length;
  return html`<section>
    <h2>Missed</h2>
    <p>${grouped(files.length)} photos with a face that was not found.</p>
    <div
      style="display:grid;grid-template-columns:repeat(auto-fill,minmax(120px,1fr));gap:12px;margin-top:20px"
    >
      ${pictures}
    </div>
    ${more > 0 && html`<p class="soft">And ${grouped(more)} more.</p>`}
  </section>`;
}

/** Pixels of the longer side, twice what is shown. */
const SHOWN_SIDE = 240;

/** A photo that only the host can decode stands by its name. */
async function pictureOf(file: string): Promise<Html> {
  const name = file.split(/[\\/]/u).slice(-2).join('/');
  const photo = await shownPhoto(file, SHOWN_SIDE).catch(() => null);
  return photo === null
    ? html`<p class="soft small">${name}</p>`
    : html`<img
        src="${dataUri(photo.jpeg)}"
        alt="${name}"
        title="${name}"
        style="width:100%;border-radius:10px"
      />`;
}
