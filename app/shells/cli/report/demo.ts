import type { Exhibit, Portrayed, Shown } from '../demo/exhibit.ts';
import type { EnrolledFace, ProbedFace } from '../demo/rehearse.ts';
import type { Tally } from '../demo/tally.ts';
import { count, distance, duration, providerTitle } from '../output/words.ts';
import { markIdentified } from '../pictures/mark.ts';
import { facts } from './facts.ts';
import { comparison } from './comparison.ts';
import { html, type Html } from './html.ts';
import { qualityMeter } from './meters.ts';
import { page } from './page.ts';
import { photoFigure } from './photo-figure.ts';

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
