import path from 'node:path';
import type { CommandPayload, CommandOutput } from '../../../contract/commands.ts';
import type { Refusal } from '../../../contract/values.ts';
import {
  readGallery,
  applyCalibration,
  countTemplatesOf,
  findPerson,
  insertActivity,
  insertCalibration,
  latestCalibration,
  type Store,
} from '../../../db/store.ts';
import { packRows } from '../../../foundation/vectors.ts';
import type { CalibrationPhotos } from '../../../native-models/evaluation/calibration/galleries.ts';
import type { EncoderInfo, HostResult } from '../../model-host/types.ts';
import type { CallOptions, ServiceContext, Handler, Handlers } from '../context.ts';
import { encodePhotos, listLabeledPhotos } from '../encode-photos.ts';
import type { Calibration } from '../../../contract/evaluation.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { activity } from '../kept-settings.ts';
import { signalOf } from '../analysis.ts';
import { appliedTo, effectivePeople } from './threshold.ts';

type CalibrationSource = CommandPayload<'calibration.run'>['source'];

/** Whom to calibrate with. */
export interface Gathered extends CalibrationPhotos {
  /** By the numbers of people: a name of a folder, or the number of an enrolled person. */
  readonly names: readonly (string | number)[];
  readonly withoutFace: number;
  /** Of the folder; none for the enrolled people. */
  readonly unused: readonly Refusal[];
}

/** Of the enrolled people every photo is a template; of a folder the first few of each person. */
export const gather = (
  context: ServiceContext,
  source: CalibrationSource,
  encoder: EncoderInfo,
  call: CallOptions,
): Promise<Gathered> =>
  source.kind === 'gallery'
    ? Promise.resolve(gatherGallery(context, encoder))
    : gatherImages(context, source, call);

function gatherGallery({ store }: ServiceContext, encoder: EncoderInfo): Gathered {
  const { personIds, encodings } = store.read((tables) => readGallery(tables, encoder));
  const { dimension } = encoder;
  const photos = [...personIds].map((person, row) => ({
    person,
    encoding: encodings.subarray(row * dimension, (row + 1) * dimension),
  }));
  return { ...numbered(photos, Infinity), withoutFace: 0, unused: [] };
}

async function gatherImages(
  { host }: ServiceContext,
  { root, templates }: Extract<CalibrationSource, { kind: 'images' }>,
  call: CallOptions,
): Promise<Gathered> {
  const { photos, unused } = await listLabeledPhotos(root);
  const { encodings, unused: failed } = await encodePhotos(host, photos, call);
  const encoded = photos.flatMap(({ person }, i) => {
    const encoding = encodings[i] ?? null;
    return encoding === null ? [] : [{ person, encoding }];
  });
  return {
    ...numbered(encoded, templates),
    withoutFace: failed.length,
    unused: [...unused, ...failed],
  };
}

function numbered(
  photos: readonly { readonly person: string | number; readonly encoding: Float32Array }[],
  templates: number,
): Omit<Gathered, 'withoutFace' | 'unused'> {
  const numbers = new Map<string | number, number>();
  const taken = new Map<string | number, number>();
  const people: number[] = [];
  const enrolled: boolean[] = [];
  for (const { person } of photos) {
    if (!numbers.has(person)) numbers.set(person, numbers.size);
    people.push(numbers.get(person)!);
    const before = taken.get(person) ?? 0;
    enrolled.push(before < templates);
    taken.set(person, before + 1);
  }
  const encodings = photos.map(({ encoding }) => encoding);
  return { encodings, people, enrolled, names: [...numbers.keys()] };
}

type Payload = CommandPayload<'calibration.run'>;
type Result = CommandOutput<'calibration.run'>;
const runCalibration: Handler<'calibration.run'> = async (context, payload, call) => {
  const started = performance.now();
  const { encoder, warnings } = await context.host.request('warmUp', {}, signalOf(call));
  const gathered = await gather(context, payload.source, encoder, call);
  const { encodings, people, enrolled, names } = gathered;
  if (encodings.length === 0)
    throw new LikenessError(
      'calibration_impossible',
      'Nobody is there to calibrate with. Enroll people, or give a folder with photos of them.',
    );
  const templates = enrolled.filter(Boolean).length;
  const templatesPerPerson = templates / names.length;
  const present = context.store.read((tables) => countTemplatesOf(tables, encoder));
  const sizes = present === 0 ? [] : [effectivePeople(present, templatesPerPerson)];
  const { fpir, seed } = payload;
  const ceiling = encoder.thresholds.identification;
  const { alike, ...figures } = await context.studio.request(
    'calibrateIdentification',
    {
      encodings: packRows(encodings),
      people,
      enrolled,
      sizes: [...payload.sizes, ...sizes],
      fpir,
      ceiling,
      seed,
    },
    call,
  );
  const calibration = describe(context, payload, encoder, { gathered, templates, figures });
  return {
    calibration,
    applied: keep(context, encoder, { calibration, templatesPerPerson, payload }),
    files: gathered.encodings.length + gathered.unused.length,
    unused: [...gathered.unused],
    alike: named(context.store, alike, gathered),
    warnings: [...warnings],
    elapsedMs: performance.now() - started,
  };
};

function describe(
  { now }: ServiceContext,
  { source, fpir }: Payload,
  { id, version }: EncoderInfo,
  parts: {
    readonly gathered: Gathered;
    readonly templates: number;
    readonly figures: Pick<Calibration, 'points' | 'curves' | 'growth'>;
  },
): Calibration {
  const { gathered, templates, figures } = parts;
  return {
    model: id,
    version,
    source: source.kind,
    images: source.kind === 'images' ? path.resolve(source.root) : null,
    people: gathered.names.length,
    templates,
    photos: gathered.encodings.length + gathered.withoutFace,
    withoutFace: gathered.withoutFace,
    wanted: fpir,
    ...figures,
    createdAt: now().toISOString(),
  };
}

/** Numbers only: neither photos nor names are kept. */
function keep(
  { store, now }: ServiceContext,
  encoder: EncoderInfo,
  {
    calibration,
    templatesPerPerson,
    payload,
  }: {
    readonly calibration: Calibration;
    readonly templatesPerPerson: number;
    readonly payload: Payload;
  },
): Result['applied'] {
  return store.write((tables) => {
    insertCalibration(tables, encoder, {
      templatesPerPerson,
      growth: JSON.stringify(calibration.growth),
      result: JSON.stringify(calibration),
      createdAt: calibration.createdAt,
    });
    const { id } = latestCalibration(tables, encoder)!;
    if (payload.apply) applyCalibration(tables, encoder, { id, fpir: payload.fpir });
    const counts = { people: calibration.people };
    insertActivity(tables, activity('calibrated', null, counts, now()));
    return appliedTo(tables, encoder);
  });
}

function named(
  store: Store,
  alike: HostResult<'calibrateIdentification'>['alike'],
  { names }: Gathered,
): Result['alike'] {
  const nameOf = (number: number): string => {
    const name = names[number]!;
    if (typeof name === 'string') return name;
    return store.read((tables) => findPerson(tables, name))?.name ?? `${name}`;
  };
  return alike.map(({ people: [a, b], distance }) => ({
    people: [nameOf(a), nameOf(b)],
    distance,
  }));
}

export const calibrationHandlers = {
  'calibration.run': runCalibration,
} satisfies Partial<Handlers>;
