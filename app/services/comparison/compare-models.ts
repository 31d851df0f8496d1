import path from 'node:path';
import type { CommandPayload } from '../../../contract/commands.ts';
import type { ComparedEncoder } from '../../../contract/comparison-commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { EncoderInfo } from '../../model-host/types.ts';
import { signalOf } from '../analysis.ts';
import type { CallOptions, Handler, ServiceContext } from '../context.ts';
import { encodeWithBoth, type ComparedFaces } from './faces.ts';
import { knownPhotos, type KnownPhoto, type Source } from './photos.ts';
import { outcomeOf, peopleWithTwo, RESAMPLES, separate, type Separation } from './separation.ts';

type Payload = CommandPayload<'models.compare'>;
type Two<T> = readonly [T, T];

/** Both encoders are opened beside the one in use, and freed at the end whatever happens. */
export const compareModels: Handler<'models.compare'> = async (context, payload, call) => {
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
  const first = await separate({ encodings: ofA, people }, { id: a, seed }, call);
  const second = await separate({ encodings: ofB, people }, { id: b, seed }, call);
  return {
    source: source.kind,
    images: source.kind === 'gallery' ? null : path.resolve(source.root),
    photos: photos.length,
    files,
    unused: [...unused],
    unusable: faces.unusable,
    faces: people.length,
    people: new Set(people).size,
    peopleWithTwo: peopleWithTwo(people),
    mated: first.mated,
    nonMated: first.nonMated,
    encoders: described(encoders, faces, [first, second]),
    ...outcomeOf(first, second, [a, b]),
    resamples: first.resampled === null ? 0 : RESAMPLES,
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
  separations: Two<Separation>,
): [ComparedEncoder, ComparedEncoder] {
  const one = (i: 0 | 1): ComparedEncoder => ({
    ...encoders[i],
    milliseconds: milliseconds[i],
    ...separations[i].figures,
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
      ? 'Enroll a second photo of somebody, or compare on a folder of photos with --images.'
      : 'Give a folder with a subfolder per person, one of them with two photos.';
  throw new LikenessError(
    'evaluation_impossible',
    'Comparing takes at least two people, one of them with two photos. ' +
      `People ${where}: ${people.size}, with two photos: ${twice}. ${remedy}`,
    { details: { people: people.size, withTwo: twice } },
  );
}
