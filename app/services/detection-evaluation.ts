import { stat } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import { FaceBoxes, type DetectionEvaluation } from '../../contract/evaluation.ts';
import type { Box, Refusal } from '../../contract/values.ts';
import { mapConcurrently } from '../../foundation/concurrency.ts';
import { readPhotoFolder, type FoundPhoto } from '../../foundation/files/photo-folder.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import {
  averagePrecision,
  judgeDetections,
  precisionRecall,
  shareInterval,
  type DetectionCounts,
  type ExpectedFaces,
} from '../../native-models/evaluation/detection.ts';
import { signalOf } from './analysis.ts';
import type { CallOptions, Handler, Handlers, ServiceContext } from './context.ts';
import { refusalOf } from './encode-photos.ts';

/** By the path of a photo below the folder, with `/` between its parts. */
type KnownBoxes = ReadonlyMap<string, readonly Box[]>;

const BOXES = 'boxes.json';

/** Photos under way at once: the host decodes one while it computes on another. */
const IN_FLIGHT = 3;

interface Judged extends DetectionCounts {
  readonly photo: FoundPhoto;
}

interface Seen {
  readonly judged: readonly Judged[];
  readonly refused: readonly Refusal[];
}

/** Through the host that users meet, at the settings that everything else uses. */
const evaluateDetection: Handler<'evaluation.detection'> = async (context, payload, call) => {
  const started = performance.now();
  const { photos, unused } = await photosOf(payload.images);
  const boxes = await knownBoxes(payload.images, payload.boxes, photos);
  const expectedOf = (photo: FoundPhoto): ExpectedFaces =>
    boxes === null ? 1 : (boxes.get(nameBelow(photo)) ?? []);
  const others = payload.withoutFaces === undefined ? null : await photosOf(payload.withoutFaces);
  const { provider, warnings } = await context.host.request('warmUp', {}, signalOf(call));
  const seen = await look(context, photos, expectedOf, call);
  const empty = others && (await look(context, others.photos, () => 0, call));
  const { models } = await context.host.request('listModels', {}, signalOf(call));
  const counts = countsOf(seen.judged);
  if (counts.recall === null)
    throw new LikenessError(
      'evaluation_impossible',
      `None of the ${photos.length} photos with a face could be read, so there is nothing to measure.`,
      { details: { photos: photos.length } },
    );
  const curve = boxes === null ? null : precisionRecall(seen.judged);
  const result: DetectionEvaluation = {
    model: models.find(({ role, active }) => role === 'detector' && active)?.id ?? '',
    files: [photos, unused, others?.photos ?? [], others?.unused ?? []].flat().length,
    unused: [unused, seen.refused, others?.unused ?? [], empty?.refused ?? []].flat(),
    ...counts,
    recall: counts.recall,
    falseAlarmsPerPhoto: sum(seen.judged, 'falseAlarms') / Math.max(1, seen.judged.length),
    withoutFaces: empty && {
      photos: empty.judged.length,
      falseAlarms: sum(empty.judged, 'falseAlarms'),
    },
    groups: [...Map.groupBy(seen.judged, ({ photo }) => photo.person ?? '')]
      .map(([group, own]) => ({ group, ...countsOf(own) }))
      .sort((a, b) => a.group.localeCompare(b.group, 'en')),
    averagePrecision: curve && averagePrecision(curve),
    curve: [...(curve ?? [])],
    missed: seen.judged.filter(({ faces, found }) => found < faces).map(({ photo }) => photo.path),
    provider,
    warnings: [...warnings],
    elapsedMs: performance.now() - started,
  };
  return result;
};

/** @throws LikenessError `evaluation_impossible` where there is no photo; those of reading the folder. */
async function photosOf(root: string) {
  const { photos, unused } = await readPhotoFolder(root, 'used');
  const others = unused.filter(({ file }) => path.basename(file) !== BOXES);
  if (photos.length > 0) return { photos, unused: others };
  throw new LikenessError('evaluation_impossible', `${root} has no photos.`, { details: { root } });
}

const nameBelow = ({ person, name }: FoundPhoto): string =>
  person === null ? name : `${person}/${name}`;

/**
 * @returns null where nobody has written down where the faces are
 * @throws LikenessError `evaluation_impossible` where the file has another form, names a photo that is
 *   not there, or no face at all
 */
async function knownBoxes(
  root: string,
  given: string | undefined,
  photos: readonly FoundPhoto[],
): Promise<KnownBoxes | null> {
  const usual = path.join(root, BOXES);
  const file = given ?? ((await isFile(usual)) ? usual : null);
  if (file === null) return null;
  const boxes = parseBoxes(file, String(await readRegularFile(file, 'text')));
  const known = new Set(photos.map(nameBelow));
  const stray = Object.keys(boxes).find((name) => !known.has(name));
  if (stray !== undefined)
    throw new LikenessError(
      'evaluation_impossible',
      `${file} has boxes of ${JSON.stringify(stray)}, and there is no such photo in ${root}.`,
      { details: { file, photo: stray } },
    );
  if (Object.values(boxes).every(({ length }) => length === 0))
    throw new LikenessError('evaluation_impossible', `${file} has no face.`, { details: { file } });
  return new Map(
    Object.entries(boxes).map(([name, list]) => [
      name,
      list.map(([x, y, width, height]) => ({ x, y, width, height })),
    ]),
  );
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );

function parseBoxes(file: string, text: string): FaceBoxes {
  try {
    return FaceBoxes.parse(JSON.parse(text));
  } catch (cause) {
    throw new LikenessError(
      'evaluation_impossible',
      `${file} is no list of boxes. It should be {"photo.jpg": [[x, y, width, height]]}, in pixels.`,
      { details: { file }, cause },
    );
  }
}

async function look(
  { host }: ServiceContext,
  photos: readonly FoundPhoto[],
  expectedOf: (photo: FoundPhoto) => ExpectedFaces,
  call: CallOptions,
): Promise<Seen> {
  let done = 0;
  const outcomes = await mapConcurrently(
    photos,
    IN_FLIGHT,
    call.signal,
    async (photo, _, signal): Promise<Judged | Refusal> => {
      const outcome = await judge(host, photo, expectedOf(photo), { ...call, signal });
      const item = nameBelow(photo);
      call.onProgress?.({ stage: 'Looking for faces', done: ++done, total: photos.length, item });
      return outcome;
    },
  );
  return {
    judged: outcomes.filter((outcome) => 'photo' in outcome),
    refused: outcomes.filter((outcome) => 'code' in outcome),
  };
}

async function judge(
  host: ServiceContext['host'],
  photo: FoundPhoto,
  expected: ExpectedFaces,
  call: CallOptions,
): Promise<Judged | Refusal> {
  try {
    const request = { image: { path: photo.path }, encode: 'none', subject: 'largest' } as const;
    const { faces } = await host.request('analyze', request, signalOf(call));
    return { photo, ...judgeDetections({ expected, found: faces }) };
  } catch (thrown) {
    return refusalOf(photo.path, thrown);
  }
}

const sum = (all: readonly DetectionCounts[], what: 'faces' | 'found' | 'falseAlarms'): number =>
  all.reduce((total, each) => total + each[what], 0);

function countsOf(all: readonly Judged[]) {
  const [faces, found] = [sum(all, 'faces'), sum(all, 'found')];
  return {
    photos: all.length,
    faces,
    found,
    recall: faces === 0 ? null : found / faces,
    recallInterval: { ...shareInterval(found, faces) },
  };
}

export const detectionHandlers = {
  'evaluation.detection': evaluateDetection,
} satisfies Partial<Handlers>;
