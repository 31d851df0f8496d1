import { LikenessError } from '../contract/errors.ts';
import type { HostResult, ModelHost } from '../model-host/types.ts';
import { signalOf } from './analysis.ts';
import type { CallOptions } from './context.ts';
import { mapConcurrently, throwIfCancelled } from './cooperation.ts';
import type { LabelledPhoto } from './labelled-photos.ts';

/** Photos under way at once: the host decodes one while it computes on another. */
const IN_FLIGHT = 3;

/**
 * The encodings of the faces nearest to the centres of photos, through the host that users meet;
 * null where there is no face or no picture. Progress names the photos.
 */
export async function encodePhotos(
  host: ModelHost,
  photos: readonly LabelledPhoto[],
  call: CallOptions,
): Promise<readonly (Float32Array | null)[]> {
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
        signalOf(call),
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

/** Another photo may be better. */
export function isAboutThePhoto({ code }: LikenessError): boolean {
  return code === 'no_face' || code === 'file_empty' || code.startsWith('image_');
}
