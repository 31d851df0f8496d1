import type { Exhibit, Portrayed, Shown } from '../demo/exhibit.ts';
import type { EnrolledFace, ProbedFace, Verdict } from '../demo/rehearse.ts';
import type { Tally } from '../demo/tally.ts';
import { againstThreshold, count, distance, duration, providerTitle } from '../output/words.ts';
import { markIdentified } from '../pictures/mark.ts';
import { facts } from './facts.ts';
import { html, type Html } from './html.ts';
import { distanceScale, qualityMeter } from './meters.ts';
import { page } from './page.ts';
import { photoFigure } from './photo-figure.ts';

/** The page of `likeness demo`: the photos asked about, who was enrolled, and where from. */
export function demoReport({ tally, probes, enrolments }: Exhibit): string {
  const portraits = enrolments.flatMap(({ faces }) => faces);
  const body = html`<main>
    ${head(tally)} ${probes.map((probe) => probeSection(probe, tally.threshold))}
    <section>
      <h2>Enrolled</h2>
      <p>One photo of each person. The names are made up.</p>
      <div class="gallery">${portraits.map(portraitCard)}</div>
    </section>
    <section>
      <h2>Where they come from</h2>
      <div class="album">${enrolments.map(enrolmentFigure)}</div>
    </section>
    ${foot(tally)}
  </main>`;
  return page({ title: 'Likeness demo', body });
}

function head(tally: Tally): Html {
  const { recognised, missed, stranger, mistaken } = tally.verdicts;
  return html`<header>
    <p class="eyebrow">Likeness</p>
    <h1>${headline(tally)}</h1>
    <p class="lead">
      ${count(tally.enrolled, 'person', 'people')} of ${count(tally.enrolmentPhotos, 'photo')} were
      enrolled. Then Likeness was asked who is in ${count(tally.probePhotos, 'other photo')}.
      Nothing left this machine.
    </p>
    ${facts([
      ['People enrolled', `${tally.enrolled}`],
      ['Recognised again', `${recognised} of ${recognised + missed}`],
      ['Strangers told apart', `${stranger} of ${stranger + mistaken}`],
      ['Time per photo', duration(tally.photoMs)],
      ['Computed on', providerTitle(tally.provider)],
    ])}
  </header>`;
}

function headline({ verdicts: { recognised, missed, mistaken } }: Tally): string {
  if (missed === 0 && mistaken === 0)
    return `${count(recognised, 'person', 'people')} came back. All were recognised.`;
  return `${recognised} of ${count(recognised + missed, 'person', 'people')} recognised.`;
}

function probeSection(probe: Shown<ProbedFace>, threshold: number): Html {
  const figure = photoFigure({
    ...probe,
    alt: `${probe.name}, with its faces marked`,
    marks: probe.faces.map(({ face }) => markIdentified(face)),
  });
  return html`<section class="probe">
    ${figure}
    <div class="faces">${probe.faces.map((face) => faceCard(face, threshold))}</div>
  </section>`;
}

const verdictTexts: Readonly<Record<Verdict, string>> = {
  recognised: 'recognised',
  stranger: 'not enrolled, and not taken for anyone',
  missed: 'enrolled, but not recognised',
  mistaken: 'taken for somebody else',
};

function faceCard({ face, verdict, portrait }: ProbedFace & Portrayed, threshold: number): Html {
  const { matches, decision, quality } = face;
  const [best] = matches;
  return html`<article class="${verdict}">
    <img src="${portrait}" alt="" />
    <div>
      <h3>${(decision === 'identified' && best?.name) || 'Unknown'}</h3>
      <p class="small verdict">${verdictTexts[verdict]}</p>
      <dl>
        <dt>Distance</dt>
        <dd>${distanceScale(matches, threshold)} ${nearest(matches, threshold)}</dd>
        <dt>Quality</dt>
        <dd>${qualityMeter(quality)}</dd>
      </dl>
    </div>
  </article>`;
}

function nearest([best]: ProbedFace['face']['matches'], threshold: number): Html {
  if (best === undefined) return html`<p>nobody to compare with</p>`;
  return html`<p>${againstThreshold(best.distance, threshold)} to ${best.name}</p>`;
}

const portraitCard = ({ name, face, portrait, refusal }: EnrolledFace & Portrayed) =>
  html`<article>
    <img src="${portrait}" alt="" />
    <h3>${name}</h3>
    ${refusal === null ? qualityMeter(face.quality) : html`<p class="refusal">${refusal}</p>`}
  </article>`;

const enrolmentFigure = (photo: Shown<EnrolledFace>) =>
  photoFigure({
    ...photo,
    alt: `${photo.name}, with the people who were enrolled`,
    marks: photo.faces.map(({ name, face: { box } }) => ({ box, label: name, tone: 'known' })),
  });

function foot({ model, threshold }: Tally): Html {
  const sentences = [
    `Faces are compared by the distance of their encodings (${model});`,
    `at or below ${distance(threshold)} they count as one person.`,
    'Photos: the npm package @vladmandic/face-api, MIT.',
  ];
  return html`<footer>${sentences.join(' ')}</footer>`;
}
