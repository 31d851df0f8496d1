import path from 'node:path';
import type { CommandPayload } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { Refusal } from '../../contract/values.ts';
import type { HostResult, EncoderInfo } from '../model-host/types.ts';
import type { ModelKey } from '../../db/store.ts';
import { encodeKept, planAdoption } from './adoption.ts';
import { signalOf } from './analysis.ts';
import type { CallOptions, ServiceContext, Handler, Handlers } from './context.ts';
import { refusalOf, listLabeledPhotos, numberInOrder, type LabeledPhoto } from './encode-photos.ts';
import { firstOfEach } from './evaluation.ts';
import { mapConcurrently, throwIfCancelled } from '../../foundation/concurrency.ts';
import type { ComparedEncoder } from '../../contract/models.ts';
import { packRows } from '../../foundation/vectors.ts';

export type Source = CommandPayload<'models.compare'>['source'];
export type Encodings = HostResult<'encodeWith'>['encodings'];

/** A photo of somebody known. */
interface KnownPhoto {
  /** A folder's name, or the number of an enrolled person. */
  readonly person: string | number;
  /** For whoever watches the progress. */
  readonly item: string;
  /** One encoding per encoder, in their order; empty without a face, or where it was not kept. */
  readonly encode: (encoders: readonly string[]) => Promise<Encodings>;
}

/** @throws LikenessError what listing the photos of a folder refuses with. */
async function knownPhotos(
  context: ServiceContext,
  source: Source,
  call: CallOptions,
): Promise<KnownPhotos> {
  const unused: Refusal[] = [];
  if (source.kind === 'gallery') {
    const photos = keptPhotos(context, call);
    return { photos, files: photos.length, unused };
  }
  const found = await listLabeledPhotos(source.root);
  unused.push(...found.unused);
  const photos = firstOfEach(found.photos, source.maxPerPerson ?? Infinity).map((photo) => ({
    person: photo.person,
    item: `${photo.person}/${photo.name}`,
    encode: (encoders: readonly string[]) => encodeFile(context, photo, encoders, { call, unused }),
  }));
  return { photos, files: photos.length + found.unused.length, unused };
}

interface KnownPhotos {
  readonly photos: readonly KnownPhoto[];
  /** Files of the folder. */
  readonly files: number;
  /** Of a folder; photos join it while they are encoded. */
  readonly unused: readonly Refusal[];
}

/** Which model has a template of a photo does not matter here. */
const NO_MODEL: ModelKey = { id: '', version: '' };

function keptPhotos(context: ServiceContext, call: CallOptions): readonly KnownPhoto[] {
  const people = context.store.read((tables) => planAdoption(tables, NO_MODEL));
  return people.flatMap(({ personId, name, photos }) =>
    photos.map((photo) => ({
      person: personId,
      item: name,
      encode: async (encoders) => {
        const kept = await encodeKept(context, photo, encoders, call);
        return kept.from === null ? [] : kept.encodings;
      },
    })),
  );
}

async function encodeFile(
  { host }: ServiceContext,
  { path }: LabeledPhoto,
  encoders: readonly string[],
  { call, unused }: { readonly call: CallOptions; readonly unused: Refusal[] },
): Promise<Encodings> {
  try {
    const request = {
      image: { path },
      subject: 'central',
      paintings: 'refuse',
      encoders,
    } as const;
    const { encodings } = await host.request('encodeWith', request, signalOf(call));
    if (encodings.length === 0)
      unused.push({ file: path, code: 'no_face', message: `No face was found in ${path}.` });
    return encodings;
  } catch (thrown) {
    unused.push(refusalOf(path, thrown));
    return [];
  }
}

/** Photos under way at once: the host decodes one while it computes on another. */
const IN_FLIGHT = 3;
/** Faces that are encoded one at a time first: beside another photo neither would show its speed. */
const TIMED = 25;

/** What both encoders say of the same faces. */
interface ComparedFaces {
  /** By encoder, then by face: float32[dimension]. */
  readonly encodings: readonly [readonly Float32Array[], readonly Float32Array[]];
  /** 0, 1, 2 … per person, by face. */
  readonly people: readonly number[];
  readonly unusable: number;
  /** Per face, by encoder: the median. */
  readonly milliseconds: readonly [number, number];
  /** Faces that the median is of. */
  readonly timed: number;
}

type Pair = readonly [string, string];

/** @throws LikenessError what no other photo would escape; `cancelled`. */
async function encodeWithBoth(
  photos: readonly KnownPhoto[],
  encoders: Pair,
  call: CallOptions,
): Promise<ComparedFaces> {
  const encode = encoderOfBoth(photos.length, encoders, call);
  const timed: Encodings[] = [];
  while (timed.length < photos.length && facesIn(timed) < TIMED)
    timed.push(await encode(photos[timed.length]!, timed.length));
  const others = await mapConcurrently(
    [...photos.entries()].slice(timed.length),
    IN_FLIGHT,
    call.signal,
    (each) => encode(each[1], each[0]),
  );
  return facesOf(photos, [...timed, ...others], timed);
}

/** Says how far it is, and has the encoders take turns in being the first. */
function encoderOfBoth(total: number, [a, b]: Pair, call: CallOptions) {
  let done = 0;
  return async (photo: KnownPhoto, place: number): Promise<Encodings> => {
    throwIfCancelled(call.signal);
    const turned = place % 2 === 1;
    const encodings = await photo.encode(turned ? [b, a] : [a, b]);
    const none = encodings.length === 0;
    call.onProgress?.({
      stage: 'Encoding with both',
      done: ++done,
      total,
      item: photo.item,
      ...(none ? { note: 'No face could be encoded.' } : {}),
    });
    return turned ? encodings.toReversed() : encodings;
  };
}

const facesIn = (photos: readonly Encodings[]): number =>
  photos.filter((encodings) => encodings.length > 0).length;

function facesOf(
  photos: readonly KnownPhoto[],
  encoded: readonly Encodings[],
  timed: readonly Encodings[],
): ComparedFaces {
  const faces = photos.flatMap(({ person }, i) => {
    const [a, b] = encoded[i]!;
    return a === undefined || b === undefined ? [] : [{ person, a: a.encoding, b: b.encoding }];
  });
  // The first run of a network takes longer than any other.
  const clocked = timed.filter(({ length }) => length > 0);
  const counted = clocked.slice(clocked.length > 1 ? 1 : 0);
  const median = (encoder: 0 | 1): number =>
    medianOf(counted.map((encodings) => encodings[encoder]!.milliseconds));
  return {
    encodings: [faces.map(({ a }) => a), faces.map(({ b }) => b)],
    people: numberInOrder(faces.map(({ person }) => person)),
    unusable: photos.length - faces.length,
    milliseconds: [median(0), median(1)],
    timed: counted.length,
  };
}

function medianOf(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length >> 1;
  const upper = ascending[middle] ?? 0;
  return ascending.length % 2 === 1 ? upper : ((ascending[middle - 1] ?? 0) + upper) / 2;
}

type Payload = CommandPayload<'models.compare'>;
type Two<T> = readonly [T, T];

/** Both encoders are opened beside the one in use, and freed at the end whatever happens. */
const compareModels: Handler<'models.compare'> = async (context, payload, call) => {
  if (payload.a === payload.b) throw sameTwice(payload.a);
  try {
    return await compare(context, payload, call);
  } finally {
    await free(context, [payload.a, payload.b]);
  }
};

async function compare(
  context: ServiceContext,
  { a, b, source, seed }: Payload,
  call: CallOptions,
) {
  const started = performance.now();
  const encoders = await open(context, [a, b], call);
  const { photos, files, unused } = await knownPhotos(context, source, call);
  requireTwo(photos, source);
  const { provider, warnings } = await context.host.request('warmUp', {}, signalOf(call));
  const faces = await encodeWithBoth(photos, [a, b], call);
  const { people } = faces;
  const [ofA, ofB] = faces.encodings;
  const encodings = [packRows(ofA), packRows(ofB)] as const;
  const study = { ids: [a, b], encodings, people, seed } as const;
  const { encoders: figures, ...compared } = await context.studio.request(
    'compareEncoders',
    study,
    call,
  );
  return {
    source: source.kind,
    images: source.kind === 'gallery' ? null : path.resolve(source.root),
    photos: photos.length,
    files,
    unused: [...unused],
    unusable: faces.unusable,
    faces: people.length,
    people: new Set(people).size,
    ...compared,
    encoders: described(encoders, faces, figures),
    timed: faces.timed,
    provider,
    warnings: [...warnings],
    elapsedMs: performance.now() - started,
  };
}

type Opened = Pick<EncoderInfo, 'id' | 'version' | 'dimension'> & { readonly bytes: number };

/** @throws LikenessError `model_unknown`, `model_missing`, `model_corrupt`, `invalid_input`. */
async function open(
  { host }: ServiceContext,
  ids: Two<string>,
  call: CallOptions,
): Promise<Two<Opened>> {
  const infoOf = async (id: string): Promise<EncoderInfo> =>
    (await host.request('openEncoder', { id }, signalOf(call))).encoder;
  const infos = [await infoOf(ids[0]), await infoOf(ids[1])] as const;
  const { models } = await host.request('listModels', {}, signalOf(call));
  const withSize = ({ id, version, dimension }: EncoderInfo): Opened => {
    const bytes = models.find((model) => model.id === id)?.bytes ?? 0;
    return { id, version, dimension, bytes };
  };
  return [withSize(infos[0]), withSize(infos[1])];
}

/** A host that is gone has freed them already, and is not started for that. */
async function free({ host }: ServiceContext, ids: Two<string>): Promise<void> {
  if (host.state.kind !== 'ready') return;
  await Promise.allSettled(ids.map((id) => host.request('closeEncoder', { id })));
}

function described(
  encoders: Two<Opened>,
  { milliseconds }: ComparedFaces,
  figures: HostResult<'compareEncoders'>['encoders'],
): [ComparedEncoder, ComparedEncoder] {
  const one = (i: 0 | 1): ComparedEncoder => ({
    ...encoders[i],
    milliseconds: milliseconds[i],
    ...figures[i],
  });
  return [one(0), one(1)];
}

const sameTwice = (id: string): LikenessError =>
  new LikenessError('invalid_input', `${id} was named twice. Name two encoders to compare.`, {
    details: { fields: [{ field: 'b', message: 'is the same as a' }], model: id },
  });

/** Before an hour goes into photos that cannot show anything. */
function requireTwo(photos: readonly KnownPhoto[], source: Source): void {
  const people = Map.groupBy(photos, ({ person }) => person);
  const twice = [...people.values()].filter(({ length }) => length > 1).length;
  if (people.size > 1 && twice > 0) return;
  const where = source.kind === 'gallery' ? 'enrolled' : `in ${source.root}`;
  const remedy =
    source.kind === 'gallery'
      ? 'Enroll a second photo of somebody, or compare on a folder of photos.'
      : 'Give a folder with a subfolder per person, one of them with two photos.';
  throw new LikenessError(
    'evaluation_impossible',
    'Comparing takes at least two people, one of them with two photos. ' +
      `People ${where}: ${people.size}, with two photos: ${twice}. ${remedy}`,
    { details: { people: people.size, withTwo: twice } },
  );
}

export const comparisonHandlers = {
  'models.compare': compareModels,
} satisfies Partial<Handlers>;
