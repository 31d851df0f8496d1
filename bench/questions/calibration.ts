import { RESAMPLES } from '../../native-models/evaluation/calibration/study.ts';
import {
  calibrate,
  type CalibrationPoint,
} from '../../native-models/evaluation/calibration/calibrate.ts';
import {
  crossSearch,
  GalleryDraws,
  type CalibrationPhotos,
} from '../../native-models/evaluation/calibration/galleries.ts';
import {
  everybodyOnce,
  fpirAt,
  type Interval,
} from '../../native-models/evaluation/calibration/rates.ts';
import { RandomStream } from '../../foundation/random.ts';
import { GalleryIndex } from '../../native-models/gallery/gallery-index.ts';
import { encodePeople, type EncodedPhoto } from '../data/encoded-people.ts';
import type { Answer, Options } from './question.ts';

const SIZES = [10, 100, 1000];
const WANTED = 0.01;
const SPLITS = 10;

interface Measured {
  readonly point: CalibrationPoint;
  /** Among people who took no part: the mean over all galleries of that size, … */
  readonly others: number;
  /** … and one of them, searched with the product's own index. */
  readonly oneGallery: number;
}

/**
 * Does a calibration keep what it says? Half of the people calibrate; galleries and strangers of the
 * other half measure. Ten random halves.
 */
export async function measureCalibration({ images }: Options): Promise<Answer> {
  if (images === undefined) throw new Error('Say whose photos: --images <root>.');
  const { encoder, photos, withoutFace } = await encodePeople(images);
  const people = [...new Set(photos.map(({ person }) => person))];
  const ceiling = encoder.thresholds.identification;
  const splits: (readonly Measured[])[] = [];
  for (let split = 0; split < SPLITS; split++)
    splits.push(measureSplit(photos, halve(people, split), ceiling, split));
  const figures = { encoder: encoder.id, people: people.length, photos: photos.length };
  return {
    figures: {
      ...figures,
      withoutFace,
      wanted: WANTED,
      splits,
      inside: SIZES.map(coverage(splits)),
    },
    lines: [
      `${encoder.id}: ${photos.length} photos of ${people.length} people, half of whom calibrate; wanted FPIR ${percent(WANTED)}`,
      ...splits.flatMap((split, i) => split.map((measured) => inWords(i + 1, measured))),
      ...SIZES.map(coverage(splits)).map(
        ({ size, others, oneGallery }) =>
          `gallery of ${size}: inside the stated interval in ${others} of ${SPLITS} splits, ${oneGallery} of ${SPLITS} for one gallery alone`,
      ),
    ],
  };
}

function measureSplit(
  photos: readonly EncodedPhoto[],
  [some, others]: readonly [ReadonlySet<string>, ReadonlySet<string>],
  ceiling: number,
  split: number,
): readonly Measured[] {
  const searches = finish(crossSearch(photosOf(photos, some)));
  const plan = { sizes: SIZES, wanted: [WANTED], ceiling, resamples: RESAMPLES.points, seed: 1 };
  const points = finish(calibrate(searches, plan));
  const rates = measureOthers(photosOf(photos, others), points);
  return points.map((point, i) => ({
    point,
    others: rates[i]!,
    oneGallery: searchOneGallery(photos, others, point, split),
  }));
}

function measureOthers(
  photos: CalibrationPhotos,
  points: readonly CalibrationPoint[],
): readonly number[] {
  const searches = finish(crossSearch(photos));
  const { people } = searches;
  const thresholds = points.map(({ threshold }) => [threshold]);
  return fpirAt(
    searches,
    new GalleryDraws(people, SIZES),
    everybodyOnce(people),
    thresholds,
  ).flat();
}

/** Enrolls the first photo of some people, and searches for all photos of all others. */
function searchOneGallery(
  photos: readonly EncodedPhoto[],
  people: ReadonlySet<string>,
  { gallery, threshold }: CalibrationPoint,
  split: number,
): number {
  const random = new RandomStream(split, 'gallery', gallery);
  const enrolled = new Set(shuffled([...people], random).slice(0, gallery));
  const index = new GalleryIndex(photos[0]!.encoding.length);
  for (const [id, name] of [...enrolled].entries()) {
    const { encoding } = photos.find(({ person }) => person === name)!;
    const ids = Int32Array.of(id + 1);
    index.add({ templateIds: ids, personIds: ids, encodings: encoding });
  }
  const strangers = Map.groupBy(
    photos.filter(({ person }) => people.has(person) && !enrolled.has(person)),
    ({ person }) => person,
  );
  const isNamed = ({ encoding }: EncodedPhoto) =>
    index.search(encoding, 1)[0]!.distance <= threshold;
  const named = [...strangers.values()].map((own) => own.filter(isNamed).length / own.length);
  return named.reduce((sum, share) => sum + share, 0) / named.length;
}

/** The first photo of each person is the template, as `likeness calibrate --images` has it. */
function photosOf(photos: readonly EncodedPhoto[], people: ReadonlySet<string>): CalibrationPhotos {
  const own = photos.filter(({ person }) => people.has(person));
  const numbers = new Map<string, number>();
  const enrolled = own.map(({ person }) => {
    const isFirst = !numbers.has(person);
    if (isFirst) numbers.set(person, numbers.size);
    return isFirst;
  });
  return {
    encodings: own.map(({ encoding }) => encoding),
    people: own.map(({ person }) => numbers.get(person)!),
    enrolled,
  };
}

function halve(people: readonly string[], split: number): [Set<string>, Set<string>] {
  const order = shuffled(people, new RandomStream(split, 'halves of people'));
  const half = Math.floor(order.length / 2);
  return [new Set(order.slice(0, half)), new Set(order.slice(half, 2 * half))];
}

function shuffled<T>(items: readonly T[], random: RandomStream): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

const isInside = (rate: number, { low, high }: Interval): boolean => low <= rate && rate <= high;

const coverage = (splits: readonly (readonly Measured[])[]) => (size: number) => {
  const own = splits.flat().filter(({ point }) => point.gallery === size);
  return {
    size,
    others: own.filter(({ others, point }) => isInside(others, point.measured)).length,
    oneGallery: own.filter(
      ({ oneGallery, point }) =>
        point.oneGallery !== null && isInside(oneGallery, point.oneGallery),
    ).length,
  };
};

function inWords(split: number, { point, others, oneGallery }: Measured): string {
  const { gallery, threshold, measured } = point;
  const verdict = (rate: number, interval: Interval | null) =>
    interval === null
      ? ''
      : `${percent(rate)} in ${percent(interval.low)} to ${percent(interval.high)}: ${isInside(rate, interval) ? 'yes' : 'NO'}`;
  return [
    `split ${String(split).padStart(2)}`,
    `gallery ${String(gallery).padStart(4)}`,
    `threshold ${threshold.toFixed(3)}`,
    `others ${verdict(others, measured)}`,
    `one gallery ${verdict(oneGallery, point.oneGallery)}`,
  ].join('  ');
}

const percent = (rate: number): string => `${(rate * 100).toFixed(2)} %`;

function finish<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
