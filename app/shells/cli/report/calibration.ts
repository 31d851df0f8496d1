import type { Point } from '../../../../foundation/charts.ts';
import type { Calibration } from '../../../../contract/evaluation.ts';
import { count, day, distance, grouped, percent } from '../output/text.ts';
import { chartSvg, linear, logarithmic, rateTicks, roundTicks, type Layer } from './charts.ts';
import { facts, html, page, type Html } from './page.ts';

const SIZE = { width: 480, height: 420 } as const;
const DECADES = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

/** The page of `likeness calibrate --report`: rates over thresholds, and thresholds over sizes. */
export function calibrationReport(calibration: Calibration): string {
  const body = html`<main>
    ${head(calibration)} ${table(calibration)} ${curves(calibration)} ${growth(calibration)}
    <footer>
      Every person in turn is the stranger, and rates are means over all galleries of a size. Bands
      and intervals hold 95 % of resamples of the people. Distance is Euclidean in the space of the
      encoder.
    </footer>
  </main>`;
  return page({ title: `Likeness: calibration of ${calibration.model}`, body });
}

const head = ({ model, people, templates, photos, wanted, createdAt }: Calibration): Html =>
  html`<header>
    <p class="eyebrow">Likeness calibration, ${day(createdAt)}</p>
    <h1>${model}</h1>
    <p class="lead">
      Which threshold names no more strangers than wanted, how sure that is, and how it moves as
      more people are enrolled.
    </p>
    ${facts([
      ['Wanted rate', percent(wanted, 2)],
      ['People', grouped(people)],
      ['Templates', grouped(templates)],
      ['Photos', grouped(photos)],
    ])}
  </header>`;

const interval = ({ low, high }: { low: number; high: number }) =>
  `${percent(low, 2)} to ${percent(high, 2)}`;

const table = ({ points, wanted }: Calibration): Html =>
  html`<section>
    <h2>Thresholds</h2>
    <p>
      "On others" holds 95 % of measurements on as many other people, as the mean over galleries;
      "one gallery" those of a single gallery.
    </p>
    <div class="card">
      <table>
        <tr>
          <th class="number">People enrolled</th>
          <th class="number">Threshold</th>
          <th class="number">FPIR</th>
          <th class="number">On others</th>
          <th class="number">One gallery</th>
          <th class="number">FNIR</th>
          <th>Rests on</th>
        </tr>
        ${points
          .filter((point) => point.wanted === wanted)
          .map(
            ({ gallery, threshold, fpir, measured, oneGallery, fnir, pairs, basis }) =>
              html`<tr>
                <td class="number">${grouped(gallery)}</td>
                <td class="number">${distance(threshold)}</td>
                <td class="number">${percent(fpir, 2)}</td>
                <td class="number">${interval(measured)}</td>
                <td class="number">${oneGallery === null ? '' : interval(oneGallery)}</td>
                <td class="number">${fnir === null ? '' : percent(fnir, 2)}</td>
                <td>${count(pairs, 'pair')}${basis === 'observed' ? '' : `, ${basis}`}</td>
              </tr>`,
          )}
      </table>
    </div>
  </section>`;

const curves = ({ curves: all, points, wanted }: Calibration): Html =>
  html`<section>
    <h2>Rates over the threshold</h2>
    <div class="charts">
      ${all.map((curve) => {
        const chosen = points.find((p) => p.gallery === curve.gallery && p.wanted === wanted);
        return html`<div class="card">
          <h3>${count(curve.gallery, 'person', 'people')} enrolled</h3>
          <p>Strangers who are named, and enrolled people who are not (thin).</p>
          ${ratesChart(curve, chosen?.threshold)}
        </div>`;
      })}
    </div>
  </section>`;

function ratesChart(
  { gallery, points }: Calibration['curves'][number],
  threshold: number | undefined,
): Html {
  const least = Math.max(1e-5, Math.min(...points.map(({ fpir }) => fpir || 1)));
  const [from, to] = [points[0]!.threshold, points.at(-1)!.threshold];
  const band: Point[] = [
    ...points.map((p): Point => [p.threshold, p.fpirBand.low]),
    ...points.toReversed().map((p): Point => [p.threshold, p.fpirBand.high]),
  ];
  const fnir = points.flatMap((p): Point[] => (p.fnir === null ? [] : [[p.threshold, p.fnir]]));
  const layers: Layer[] = [
    { kind: 'area', style: 'mated', points: band },
    { kind: 'curve', style: 'chance', points: fnir },
    { kind: 'curve', style: 'curve', points: points.map((p): Point => [p.threshold, p.fpir]) },
    ...(threshold === undefined
      ? []
      : [{ kind: 'line', x: threshold, label: distance(threshold) } as const]),
  ];
  return chartSvg({
    ...SIZE,
    description: `FPIR and FNIR with ${gallery} people enrolled`,
    x: {
      title: 'Threshold',
      scale: linear(
        from,
        to,
        roundTicks(from, to, 5, (value) => value.toFixed(2)),
      ),
    },
    y: {
      title: 'Rate',
      scale: logarithmic(least, 1, rateTicks(DECADES.filter((rate) => rate >= least))),
    },
    layers,
  });
}

function growth({ growth: all, wanted }: Calibration): Html {
  const points = all.find((each) => each.wanted === wanted)?.points ?? [];
  const [low, high] = [
    Math.min(...points.map(({ band }) => band.low)),
    Math.max(...points.map(({ band }) => band.high)),
  ];
  const sizes = points.map(({ gallery }) => gallery);
  return html`<section>
    <h2>As the gallery grows</h2>
    <div class="charts">
      <div class="card wide">
        <h3>Threshold over people enrolled</h3>
        <p>For a rate of ${percent(wanted, 2)}; more people, more chances to err.</p>
        ${chartSvg({
          width: 1040,
          height: 340,
          description: 'Threshold over the number of people enrolled',
          x: {
            title: 'People enrolled',
            scale: logarithmic(
              sizes[0]!,
              sizes.at(-1)!,
              sizes
                .filter((size) => Number.isInteger(Math.log10(size)))
                .map((value) => ({ value, label: grouped(value) })),
            ),
          },
          y: {
            title: 'Threshold',
            scale: linear(
              low,
              high,
              roundTicks(low, high, 5, (value) => value.toFixed(2)),
            ),
          },
          layers: [
            {
              kind: 'area',
              style: 'mated',
              points: [
                ...points.map((p): Point => [p.gallery, p.band.low]),
                ...points.toReversed().map((p): Point => [p.gallery, p.band.high]),
              ],
            },
            {
              kind: 'curve',
              style: 'curve',
              points: points.map((p): Point => [p.gallery, p.threshold]),
            },
          ],
        })}
      </div>
    </div>
  </section>`;
}
