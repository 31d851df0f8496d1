import type { CommandOutput } from '../../../../contract/commands.ts';
import type { Quality } from '../../../../contract/values.ts';
import {
  distance,
  percent,
  againstThreshold,
  nameShown,
  count,
  duration,
  providerTitle,
} from '../output/text.ts';
import { html, facts, page, type Html } from './page.ts';
import type { Portrayed, Exhibit, Shown } from '../demo/exhibit.ts';
import type { ProbedFace, EnrolledFace, Tally } from '../demo/rehearse.ts';
import { alsoNear, confidenceOf } from '../../../../contract/confidence.ts';
import { markIdentified } from '../pictures/mark.ts';
import { photoFigure } from './photo-figure.ts';

type Matches = CommandOutput<'identification.identify'>['faces'][number]['matches'];

const share = (value: number, max: number) =>
  `${(Math.min(1, Math.max(0, value / max)) * 100).toFixed(2)}%`;

/** Where the candidates of a face lie on a scale of distance, with the threshold marked. */
function distanceScale(matches: Matches, threshold: number): Html {
  // Twice the threshold: strangers lie well inside the scale, and so does every match.
  const max = 2 * threshold;
  const dots = matches.map(({ name, distance: value }, i) => {
    const side = value <= threshold ? 'within' : 'beyond';
    const rank = i === 0 ? 'best' : 'other';
    const title = `${name}: ${distance(value)}`;
    return html`<i class="${side} ${rank}" style="left:${share(value, max)}" title="${title}"></i>`;
  });
  return html`<div class="scale" role="img" aria-label="${scaleText(matches, threshold)}">
    <b style="width:${share(threshold, max)}"></b>
    <u style="left:${share(threshold, max)}"></u>
    ${dots.toReversed()}
  </div>`;
}

function scaleText([best]: Matches, threshold: number): string {
  const nearest = best === undefined ? 'nobody enrolled' : `nearest at ${distance(best.distance)}`;
  return `${nearest}, threshold ${distance(threshold)}`;
}

/** A bar with the reasons of a low score under it. */
function qualityMeter({ score, reasons }: Quality): Html {
  return html`<div class="quality">
    <div class="bar"><b style="width:${share(score, 1)}"></b></div>
    <span>${percent(score, 0)}</span>
    ${reasons.length > 0 && html`<p>${reasons.join(' · ')}</p>`}
  </div>`;
}

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

/** The page of `likeness demo`: the photos asked about, who was enrolled, and where from. */
export function demoReport({ tally, probes, enrollments }: Exhibit): string {
  const enrolled = enrollments.flatMap(({ faces }) => faces);
  const portraits = new Map(enrolled.map(({ name, portrait }) => [name, portrait]));
  const body = html`<main>
    ${head(tally)} ${probes.map((probe) => probeSection(probe, tally.threshold, portraits))}
    <section>
      <h2>Who is enrolled</h2>
      <p>One photo of each person is enough. The names are made up.</p>
      <div class="gallery">${enrolled.map(portraitCard)}</div>
    </section>
    <section>
      <h2>Where they come from</h2>
      <div class="album">${enrollments.map(enrollmentFigure)}</div>
    </section>
    ${foot(tally)}
  </main>`;
  return page({ title: 'Likeness demo', body });
}

function head(tally: Tally): Html {
  return html`<header>
    <p class="eyebrow">Likeness</p>
    <h1>${headline(tally)}</h1>
    <p class="lead">
      ${count(tally.enrolled, 'person', 'people')} from ${count(tally.enrollmentPhotos, 'photo')}
      were enrolled. Then Likeness was asked who is in ${count(tally.probePhotos, 'other photo')},
      and left everyone unknown who did not come near enough. Nothing left this machine.
    </p>
    ${facts([
      ['People enrolled', `${tally.enrolled}`],
      ['Faces asked about', `${tally.faces}`],
      ['Recognized', `${tally.faces - tally.unknown}`],
      ['Left unknown', `${tally.unknown}`],
      ['Time per photo', duration(tally.photoMs)],
      ['Computed on', providerTitle(tally.provider)],
    ])}
  </header>`;
}

function headline({ recognized, faces }: Tally): string {
  const [first, ...others] = recognized;
  if (first === undefined) return `Nobody was recognized among ${count(faces, 'face')}.`;
  const who =
    others.length === 0 ? `${first} was` : `${count(recognized.length, 'person', 'people')} were`;
  return `${who} recognized in a photo never seen before.`;
}

function probeSection(
  probe: Shown<ProbedFace>,
  threshold: number,
  portraits: ReadonlyMap<string, string>,
): Html {
  const figure = photoFigure({
    ...probe,
    alt: `${probe.name}, with its faces marked`,
    marks: probe.faces.map(({ face }) => markIdentified(face)),
  });
  return html`<section class="probe">
    ${figure}
    <div class="faces">${probe.faces.map((face) => comparison(face, threshold, portraits))}</div>
  </section>`;
}

const portraitCard = ({ name, face, portrait, refusal }: EnrolledFace & Portrayed) =>
  html`<article class="${refusal === null ? 'enrolled' : 'refused'}">
    <img src="${portrait}" alt="" />
    <h3>${name}</h3>
    ${refusal === null ? qualityMeter(face.quality) : html`<p>${refusal}</p>`}
  </article>`;

const enrollmentFigure = (photo: Shown<EnrolledFace>) =>
  photoFigure({
    ...photo,
    alt: `${photo.name}, with the people who were enrolled`,
    marks: photo.faces.map(({ name, face: { box }, refusal }) => ({
      box,
      label: refusal === null ? name : 'refused',
      tone: refusal === null ? 'sure' : 'unknown',
    })),
  });

function foot({ model, threshold }: Tally): Html {
  const sentences = [
    `Faces are compared by the distance of their encodings (${model});`,
    `at or below ${distance(threshold)} they count as one person.`,
    'Photos: the npm package @vladmandic/face-api, MIT.',
  ];
  return html`<footer>${sentences.join(' ')}</footer>`;
}
