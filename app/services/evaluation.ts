import path from 'node:path';
import type { CommandPayload, Evaluation } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { Refusal } from '../../contract/values.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import { packRows } from '../../foundation/vectors.ts';
import {
  parsePairs,
  type Pair,
  type PhotoReference,
} from '../../native-models/evaluation/pairs.ts';
import { tenFolds } from '../../native-models/evaluation/rates.ts';
import type { PlannedComparisons } from '../../contract/host.ts';
import { signalOf } from './analysis.ts';
import type { Handler, ServiceContext, Handlers } from './context.ts';
import {
  encodePhotos,
  listLabeledPhotos,
  numberInOrder,
  type LabeledPhoto,
} from './encode-photos.ts';
import { insertEvaluation, latestEvaluation, type ModelKey } from '../../db/store.ts';

/** Which photos an evaluation reads, and what it compares. */
interface EvaluationPlan {
  readonly photos: readonly LabeledPhoto[];
  /** Files of the folder that are no photos of people, with the reasons. */
  readonly unused: readonly Refusal[];
  readonly comparisons: PlannedComparisons;
}

/**
 * @throws LikenessError `pairs_invalid`; `file_not_found` where the pairs file names a photo that
 *   is not there; what listing the photos refuses with.
 */
export async function planEvaluation({
  images,
  comparisons,
}: CommandPayload<'evaluation.run'>): Promise<EvaluationPlan> {
  const { photos, unused } = await listLabeledPhotos(images);
  if (comparisons.kind === 'all')
    return {
      unused,
      photos: firstOfEach(photos, comparisons.maxPerPerson ?? Infinity),
      comparisons: { kind: 'all' },
    };
  const folds = tenFolds(parsePairs(String(await readRegularFile(comparisons.file, 'text'))));
  return { unused, ...planPairs(photos, folds, images) };
}

/** Of each person at most so many photos, the first ones. */
export function firstOfEach(
  photos: readonly LabeledPhoto[],
  limit: number,
): readonly LabeledPhoto[] {
  const taken = new Map<string, number>();
  return photos.filter(({ person }) => {
    const count = (taken.get(person) ?? 0) + 1;
    taken.set(person, count);
    return count <= limit;
  });
}

function planPairs(
  available: readonly LabeledPhoto[],
  folds: readonly (readonly Pair[])[],
  images: string,
): Omit<EvaluationPlan, 'unused'> {
  const byStem = new Map(available.map((photo) => [stemOf(photo), photo]));
  const photos: LabeledPhoto[] = [];
  const placeOf = new Map<string, number>();
  const place = (reference: PhotoReference): number => {
    const stem = stemOfReference(reference);
    const known = placeOf.get(stem);
    if (known !== undefined) return known;
    photos.push(byStem.get(stem) ?? missing(reference, images));
    placeOf.set(stem, photos.length - 1);
    return photos.length - 1;
  };
  const planned = folds.map((fold) =>
    fold.map(({ a, b, mated }) => ({ a: place(a), b: place(b), mated })),
  );
  return { photos, comparisons: { kind: 'pairs', folds: planned } };
}

/** `person/person_0001` of `person/person_0001.jpg`, whatever the format is called. */
function stemOf({ person, name }: LabeledPhoto): string {
  return `${person}/${name.replace(/\.[^.]*$/u, '')}`;
}

function stemOfReference({ person, index }: PhotoReference): string {
  return `${person}/${person}_${String(index).padStart(4, '0')}`;
}

/** The line says which: its text is not repeated, as whoever names a file need not be allowed to read it. */
function missing(reference: PhotoReference, images: string): never {
  throw new LikenessError(
    'file_not_found',
    `Line ${reference.line} of the pairs file names a photo that is not in ${images}. ` +
      'Give the folder that the pairs file was made for.',
    { details: { line: reference.line, images } },
  );
}

/**
 * Measures recognition on photos of known people: the host that users meet encodes the face nearest
 * to the center of each photo; the studio makes the planned comparisons.
 */
export const runEvaluation: Handler<'evaluation.run'> = async (context, payload, call) => {
  const { host, studio } = context;
  const started = performance.now();
  const plan = await planEvaluation(payload);
  const { encoder, provider, warnings } = await host.request('warmUp', {}, signalOf(call));
  const analyzed = performance.now();
  const { encodings, unused } = await encodePhotos(host, plan.photos, call);
  const seconds = (performance.now() - analyzed) / 1000;
  const failed = plan.photos.filter((_, index) => encodings[index] === null);
  const people = numberInOrder(plan.photos.map(({ person }) => person));
  const study = { encodings: packRows(encodings), people, comparisons: plan.comparisons };
  const measured = await studio.request('measureRecognition', { encoder, ...study }, call);
  const result = {
    model: encoder.id,
    photos: plan.photos.length,
    files: plan.photos.length + plan.unused.length,
    unused: [...plan.unused, ...unused],
    ...measured.figures,
    failures: failed.length,
    failedPhotos: failed.map(({ person, name }) => `${person}/${name}`),
    reliability: measured.reliability,
    facesPerSecond: (plan.photos.length - failed.length) / seconds,
    provider,
    warnings: [...new Set([...warnings, ...measured.warnings])],
    elapsedMs: performance.now() - started,
  };
  keepEvaluation(context, encoder, payload.images, result);
  return result;
};

const lastEvaluation: Handler<'evaluation.last'> = async ({ store, host }, _, call) => {
  const { models } = await host.request('listModels', {}, signalOf(call));
  const encoder = models.find(({ role, active }) => role === 'encoder' && active);
  const kept = encoder && store.read((tables) => latestEvaluation(tables, encoder));
  if (kept === undefined) return { evaluation: null };
  const { images, createdAt } = kept;
  // Former versions kept no reliability, or one of another probability, at a prior of one half.
  const evaluation = JSON.parse(kept.result) as Evaluation;
  const isOfThis = Object.hasOwn(evaluation.reliability ?? {}, 'prior');
  // Names of files are never kept.
  const complete = { ...evaluation, files: evaluation.photos, unused: [] };
  const result = isOfThis ? complete : { ...complete, reliability: null };
  return { evaluation: { images, createdAt, result } };
};

/** Names of photos are left out: they are names of people, of whom nothing else is kept. */
function keepEvaluation(
  { store, now }: ServiceContext,
  encoder: ModelKey,
  folder: string,
  result: Evaluation,
): void {
  const images = path.resolve(folder);
  const createdAt = now().toISOString();
  const text = JSON.stringify({ ...result, failedPhotos: [], unused: [] });
  store.write((tables) => insertEvaluation(tables, encoder, { images, result: text, createdAt }));
}

export const evaluationHandlers = {
  'evaluation.run': runEvaluation,
  'evaluation.last': lastEvaluation,
} satisfies Partial<Handlers>;
