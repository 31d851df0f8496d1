import path from 'node:path';
import type { Evaluation } from '../contract/commands.ts';
import { LikenessError } from '../contract/errors.ts';
import { insertEvaluation, latestEvaluation, type ModelKey } from '../../db/store.ts';
import type { HostResult } from '../model-host/types.ts';
import type { ModelHost } from '../model-host/types.ts';
import type { CallOptions, Handler, ServiceContext } from './context.ts';
import { mapConcurrently, throwIfCancelled } from './cooperation.ts';
import { measure, type Encodings } from './evaluation/measures.ts';
import { planEvaluation } from './evaluation/plan.ts';
import type { LabelledPhoto } from './labelled-photos.ts';

/** Photos under way at once: the host decodes one while it computes on another. */
const IN_FLIGHT = 3;

/**
 * Measures recognition on photos of known people, through the host that users meet: the face
 * nearest to the centre of each photo is encoded, then the planned comparisons are made.
 */
export const runEvaluation: Handler<'evaluation.run'> = async (context, payload, call) => {
  const { host } = context;
  const started = performance.now();
  const plan = await planEvaluation(payload);
  const { encoder, provider, warnings } = await host.request('warmUp', {}, forwarded(call));
  const analysed = performance.now();
  const encodings = await encodePhotos(host, plan.photos, call);
  const seconds = (performance.now() - analysed) / 1000;
  const encoded = encodings.filter((encoding) => encoding !== null).length;
  const result = {
    model: encoder.id,
    photos: plan.photos.length,
    ...(await measure(plan, encodings, call)),
    facesPerSecond: encoded / seconds,
    provider,
    warnings: [...warnings],
    elapsedMs: performance.now() - started,
  };
  keepEvaluation(context, encoder, payload.images, result);
  return result;
};

export const lastEvaluation: Handler<'evaluation.last'> = async ({ store, host }, _, call) => {
  const { models } = await host.request('listModels', {}, forwarded(call));
  const encoder = models.find(({ role, active }) => role === 'encoder' && active);
  const kept = encoder && store.read((tables) => latestEvaluation(tables, encoder));
  if (kept === undefined) return { evaluation: null };
  const { images, createdAt, result } = kept;
  return { evaluation: { images, createdAt, result: JSON.parse(result) as Evaluation } };
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
  const text = JSON.stringify({ ...result, failedPhotos: [] });
  store.write((tables) => insertEvaluation(tables, encoder, { images, result: text, createdAt }));
}

async function encodePhotos(
  host: ModelHost,
  photos: readonly LabelledPhoto[],
  call: CallOptions,
): Promise<Encodings> {
  let done = 0;
  return await mapConcurrently(photos, IN_FLIGHT, async (photo) => {
    throwIfCancelled(call.signal);
    const encoding = await encodePhoto(host, photo, call);
    const item = `${photo.person}/${photo.name}`;
    call.onProgress?.({
      stage: 'Reading photos',
      done: ++done,
      total: photos.length,
      item,
      ...(encoding === null ? { note: 'No face was found.' } : {}),
    });
    return encoding;
  });
}

/** The encoding of the face that a photo is of; null where there is no face or no picture. */
async function encodePhoto(
  host: ModelHost,
  photo: LabelledPhoto,
  call: CallOptions,
): Promise<Float32Array | null> {
  try {
    return principalEncoding(
      await host.request(
        'analyse',
        { image: { path: photo.path }, encode: 'principal', subject: 'central' },
        forwarded(call),
      ),
    );
  } catch (error) {
    if (error instanceof LikenessError && isAboutThePhoto(error)) return null;
    throw error;
  }
}

function principalEncoding({ faces, principal }: HostResult<'analyse'>): Float32Array | null {
  return principal === null ? null : (faces[principal]?.encoding ?? null);
}

function isAboutThePhoto({ code }: LikenessError): boolean {
  return code === 'no_face' || code === 'file_empty' || code.startsWith('image_');
}

function forwarded({ signal }: CallOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
