import { setImmediate as turn } from 'node:timers/promises';
import { mapConcurrently } from '../../../foundation/concurrency.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { Refusal } from '../../../contract/values.ts';
import { createFacePipeline, type FacePipeline } from '../../faces/pipeline.ts';
import {
  trainVerifier as train,
  type LabeledEncoding,
  type VerifierPart,
  type VerifierPeople,
  type TrainedVerifier,
} from './train-verifier.ts';
import type { Engine } from '../../catalog/engine.ts';
import type { RequestContext } from '../../../contract/rpc.ts';
import { failureOf, noFace, photoFolder, type TrainingPhoto } from '../photos.ts';
import { placeOf } from '../validation.ts';
import { personOfMost, loadEncoder } from '../models.ts';
import type { CommandOutput, CommandPayload } from '../../../contract/commands.ts';
import type { Reliability } from '../../../contract/verifier.ts';
import { installVerifier, type VerifierFile } from '../../catalog/verifiers.ts';
import { probabilityOfLogOdds, type Reliability as Measured } from '../../evaluation/verifier.ts';
import { throwIfCancelled } from '../../../foundation/concurrency.ts';
import { loadModels, openNetwork } from '../../faces/open-models.ts';

export interface EncodedPeople {
  readonly photos: readonly LabeledEncoding[];
  readonly looked: number;
  readonly withoutFace: number;
  /** Copies of a photo under the same name, left out. */
  readonly copies: number;
  /** Photos that lie under two names; nobody can tell which is right, so all are left out. */
  readonly contradictions: readonly (readonly string[])[];
  /** Files of the folder, labeled photos or not. */
  readonly files: number;
  /** All that have no encoding, each with the reason. */
  readonly unused: readonly Refusal[];
  readonly warnings: string[];
}

type Labeled = TrainingPhoto & { readonly person: string };

interface Seen {
  readonly photo: Labeled;
  readonly hash: string;
  readonly encoding: Float32Array;
}

/** Photos under way at once: one is decoded while another is computed. */
const AT_ONCE = 2;

/**
 * Encodes the central face of every photo `root/person/photo` as the product does.
 *
 * @throws LikenessError `training_impossible` without any face; those of reading a folder.
 */
export async function encodePeople(
  pipeline: FacePipeline,
  root: string,
  { signal, report }: RequestContext,
): Promise<EncodedPeople> {
  const { photos: all, unused } = await photoFolder(root, 'refused');
  const photos = all.filter(isLabeled);
  let done = 0;
  const seen = await mapConcurrently(photos, AT_ONCE, signal, async (photo, _, either) => {
    const face = await look(pipeline, photo, either);
    report({ stage: 'Reading photos', done: ++done, total: photos.length });
    return face;
  });
  const usable = seen.filter((entry) => 'photo' in entry);
  return {
    ...sorted(root, photos.length, usable),
    files: photos.length + unused.length,
    unused: [...unused, ...seen.filter((entry) => 'code' in entry)],
  };
}

const isLabeled = (photo: TrainingPhoto): photo is Labeled => photo.person !== null;

async function look(
  pipeline: FacePipeline,
  photo: Labeled,
  signal: AbortSignal,
): Promise<Seen | Refusal> {
  try {
    const image = { path: photo.file };
    const wishes = { encode: 'principal', subject: 'central', paintings: 'refuse' } as const;
    const request = { image, ...wishes, signal };
    const { faces, principal, photoHash } = await pipeline.analyze(request);
    const encoding = principal === null ? undefined : faces[principal]?.encoding;
    if (encoding === undefined) return noFace(photo.file);
    return { photo, hash: photoHash, encoding };
  } catch (thrown) {
    return failureOf(photo.file, thrown);
  }
}

function sorted(
  root: string,
  looked: number,
  seen: readonly Seen[],
): Omit<EncodedPeople, 'files' | 'unused'> {
  if (seen.length === 0)
    throw new LikenessError(
      'training_impossible',
      `No face was found in ${root}. Give a folder with a subfolder of photos per person.`,
      { details: { root, photos: looked } },
    );
  const same = [...Map.groupBy(seen, ({ hash }) => hash).values()];
  const isClear = (group: readonly Seen[]) =>
    new Set(group.map(({ photo }) => photo.person)).size === 1;
  const clear = same.filter(isClear);
  const contradictions = same
    .filter((group) => !isClear(group))
    .map((group) => group.map(({ photo }) => photo.name));
  return {
    photos: clear.map(([first]) => ({
      person: first!.photo.person,
      encoding: first!.encoding,
    })),
    looked,
    withoutFace: looked - seen.length,
    copies: clear.reduce((sum, group) => sum + group.length - 1, 0),
    contradictions,
    warnings: contradictions.map(
      (names) => `The same photo lies under two names and was left out: ${names.join(', ')}.`,
    ),
  };
}

interface Shares {
  readonly seed: number;
  readonly validation: number;
  readonly calibration: number;
  readonly test: number;
}

interface SplitPeople {
  readonly parts: VerifierPeople;
  /** People with one photo. */
  readonly single: number;
}

/** Fewer pairs of photos of one person tell nothing about a part. */
const LEAST_MATED = 3;

/**
 * Everyone in one of four parts, by name and seed alone. Those who are measured and who calibrate
 * come first: with the same seed they are among the people whom `train encoder` keeps apart.
 *
 * @throws LikenessError `training_impossible`, naming the part that has too few people.
 */
function splitPeople(photos: readonly LabeledEncoding[], shares: Shares): SplitPeople {
  const parts: Record<VerifierPart, LabeledEncoding[]> = {
    training: [],
    validation: [],
    calibration: [],
    test: [],
  };
  const prevailing = personOfMost(photos);
  for (const photo of photos) {
    const { person } = photo;
    parts[person === prevailing ? 'training' : partOf(person, shares)].push(photo);
  }
  for (const part of ['training', 'validation', 'calibration', 'test'] as const)
    refuseTooFew(part, parts[part]);
  const single = countPhotos(photos).filter((count) => count === 1).length;
  return { parts, single };
}

function partOf(person: string, { seed, test, calibration, validation }: Shares): VerifierPart {
  const place = placeOf(person, seed);
  if (place < test) return 'test';
  if (place < test + calibration) return 'calibration';
  return place < test + calibration + validation ? 'validation' : 'training';
}

function refuseTooFew(part: VerifierPart, photos: readonly LabeledEncoding[]): void {
  const counts = countPhotos(photos);
  const mated = counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  if (mated >= LEAST_MATED && counts.length >= 2) return;
  throw new LikenessError(
    'training_impossible',
    `The part for ${part} has ${counts.length} people and ${mated} pairs of photos of one person; ` +
      `at least 2 people and ${LEAST_MATED} pairs are needed in each of the four parts. ` +
      'Add people with two or more photos each.',
    { details: { part, people: counts.length, mated, needed: { people: 2, mated: LEAST_MATED } } },
  );
}

const countPhotos = (photos: readonly LabeledEncoding[]): readonly number[] =>
  [...Map.groupBy(photos, ({ person }) => person).values()].map((own) => own.length);

type Payload = CommandPayload<'training.verifier'>;

/** An engine, and the face pipeline of the encoder in use. */
interface FaceEngine extends Engine {
  readonly faces: () => Promise<FacePipeline>;
}

/** Encodes photos of known people, learns from them, and keeps what it has learned. */
export async function trainVerifier(
  engine: FaceEngine,
  payload: Payload,
  { signal, report }: RequestContext,
): Promise<CommandOutput<'training.verifier'>> {
  const began = performance.now();
  const pipeline = await pipelineOf(engine, payload.model);
  const encoded = await encodePeople(pipeline, payload.images, { signal, report });
  const people = splitPeople(encoded.photos, payload);
  const trained = await learn(pipeline, people, payload.seed, { signal, report });
  const file = fileOf(pipeline, payload, people, trained);
  return {
    encoder: pipeline.encoder.id,
    file: await installVerifier(engine.userModels, file),
    ...countsOf(encoded),
    single: people.single,
    parts: partsOf(people, trained),
    candidates: trained.candidates.map((candidate) => ({
      ...candidate,
      chosen: candidate === trained.chosen,
    })),
    prior: file.prior,
    test: mutable(trained.test),
    thresholdAccuracy: trained.thresholdAccuracy,
    bestThresholdAccuracy: trained.bestThresholdAccuracy,
    before: mutable(trained.before),
    seconds: (performance.now() - began) / 1000,
    warnings: encoded.warnings,
  };
}

async function pipelineOf(engine: FaceEngine, model: string | undefined): Promise<FacePipeline> {
  if (model === undefined) return engine.faces();
  const encoder = await openNetwork(engine.runtime, await loadEncoder(engine, model));
  return createFacePipeline({ ...(await loadModels(engine.catalog, engine.runtime)), encoder });
}

async function learn(
  { encoder }: FacePipeline,
  people: SplitPeople,
  seed: number,
  { signal, report }: RequestContext,
): Promise<TrainedVerifier> {
  const { slope, midpoint } = encoder.task.probability;
  const before = (distance: number) => probabilityOfLogOdds(slope * (midpoint - distance));
  const steps = train(people.parts, seed, before);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    report({ stage: 'Learning', ...step.value });
    await turn();
    throwIfCancelled(signal);
  }
}

function fileOf(
  { encoder }: FacePipeline,
  payload: Payload,
  people: SplitPeople,
  trained: TrainedVerifier,
): VerifierFile {
  const { id, version, sha256 } = encoder;
  const { seed, images, validation, calibration, test } = payload;
  const { ece, brier, accuracy } = trained.test;
  const { thresholdAccuracy, bestThresholdAccuracy, chosen, verifier } = trained;
  return {
    encoder: { id, version, sha256 },
    prior: 0.5,
    ...verifier,
    weights: verifier.weights.map(rounded),
    provenance: {
      command:
        `likeness train verifier --images ${images.split(/[\\/]/u).at(-1)} --model ${id} ` +
        `--seed ${seed} --validation ${validation} --calibration ${calibration} --test ${test}`,
      seed,
      penalty: chosen.penalty,
      parts: partsOf(people, trained),
      test: { ece, brier, accuracy, thresholdAccuracy, bestThresholdAccuracy },
    },
  };
}

/** More digits say nothing and make the file long. */
const rounded = (value: number): number => Number(value.toPrecision(8));

const countsOf = ({
  looked,
  withoutFace,
  copies,
  contradictions,
  files,
  unused,
}: EncodedPeople) => ({
  files,
  unused: [...unused],
  photos: looked,
  withoutFace,
  copies,
  contradictions: contradictions.map((names) => [...names]),
});

function partsOf(
  { parts }: SplitPeople,
  { pairs }: TrainedVerifier,
): CommandOutput<'training.verifier'>['parts'] {
  const part = (name: VerifierPart) => ({
    people: new Set(parts[name].map(({ person }) => person)).size,
    photos: parts[name].length,
    ...pairs[name],
  });
  return {
    training: part('training'),
    validation: part('validation'),
    calibration: part('calibration'),
    test: part('test'),
  };
}

const mutable = ({ bins, ...measured }: Measured): Reliability => ({
  ...measured,
  bins: bins.map((bin) => ({ ...bin })),
});
