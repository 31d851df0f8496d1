import { LikenessError } from '../../contract/errors.ts';
import type { Refusal } from '../../contract/values.ts';
import type { HostResult, ModelHost } from '../model-host/types.ts';
import { signalOf } from './analysis.ts';
import type { CallOptions } from './context.ts';
import { mapConcurrently, throwIfCancelled } from './cooperation.ts';
import type { LabeledPhoto } from './labeled-photos.ts';

/** Photos under way at once: the host decodes one while it computes on another. */
const IN_FLIGHT = 3;

/**
 * The encodings of the faces nearest to the centers of photos, through the host that users meet.
 * Progress names the photos.
 */
export async function encodePhotos(
  host: ModelHost,
  photos: readonly LabeledPhoto[],
  call: CallOptions,
): Promise<EncodedPhotos> {
  let done = 0;
  const outcomes = await mapConcurrently(photos, IN_FLIGHT, async (photo) => {
    throwIfCancelled(call.signal);
    const outcome = await encodePhoto(host, photo, call);
    const item = `${photo.person}/${photo.name}`;
    call.onProgress?.({
      stage: 'Reading photos',
      done: ++done,
      total: photos.length,
      item,
      ...('code' in outcome ? { note: outcome.message } : {}),
    });
    return outcome;
  });
  return {
    encodings: outcomes.map((outcome) => ('code' in outcome ? null : outcome)),
    unused: outcomes.filter((outcome) => 'code' in outcome),
  };
}

export interface EncodedPhotos {
  /** One per photo; null where there is no face or no picture. */
  readonly encodings: readonly (Float32Array | null)[];
  /** The photos without one, each with the reason. */
  readonly unused: readonly Refusal[];
}

/** The encoding of the face that a photo is of, or why there is none. */
async function encodePhoto(
  host: ModelHost,
  photo: LabeledPhoto,
  call: CallOptions,
): Promise<Float32Array | Refusal> {
  const file = photo.path;
  try {
    const encoding = principalEncoding(
      await host.request(
        'analyze',
        { image: { path: file }, encode: 'principal', subject: 'central', paintings: 'refuse' },
        signalOf(call),
      ),
    );
    if (encoding !== null) return encoding;
    return { file, code: 'no_face', message: `No face was found in ${file}.` };
  } catch (error) {
    if (!(error instanceof LikenessError) || !isAboutThePhoto(error)) throw error;
    const { code, message, details } = error;
    return { file, code, message, details: { ...details } };
  }
}

function principalEncoding({ faces, principal }: HostResult<'analyze'>): Float32Array | null {
  return principal === null ? null : (faces[principal]?.encoding ?? null);
}

/** Another photo may be better. */
export function isAboutThePhoto({ code }: LikenessError): boolean {
  return code === 'no_face' || code.startsWith('file_') || code.startsWith('image_');
}
