import { LikenessError } from '../../contract/errors.ts';
import type { Refusal } from '../../contract/values.ts';
import { readPhotoFolder, type FoundPhoto } from '../../foundation/files/photo-folder.ts';
import type { HostResult, ModelHost } from '../model-host/types.ts';
import { signalOf } from './analysis.ts';
import type { CallOptions } from './context.ts';
import { mapConcurrently } from '../../foundation/concurrency.ts';

/** A photo of somebody known: `root/person/photo.jpg`. */
export type LabeledPhoto = FoundPhoto & { readonly person: string };

interface LabeledPhotos {
  readonly photos: readonly LabeledPhoto[];
  /** All other files of the folder, each with the reason why it is left out. */
  readonly unused: readonly Refusal[];
}

/**
 * The photos of everyone in a folder `root/person/photo`, person by person, both in the order of
 * their names.
 *
 * @throws LikenessError `file_not_found`, `file_not_directory`, `file_unreadable` as the system says.
 */
export async function findLabeledPhotos(root: string): Promise<LabeledPhotos> {
  const { photos, unused } = await readPhotoFolder(root);
  return { photos: photos.filter(isLabeled), unused };
}

const isLabeled = (photo: FoundPhoto): photo is LabeledPhoto => photo.person !== null;

/**
 * The same, for a measurement that needs photos.
 *
 * @throws LikenessError `evaluation_impossible` where there is none.
 */
export async function listLabeledPhotos(root: string): Promise<LabeledPhotos> {
  const found = await findLabeledPhotos(root);
  if (found.photos.length > 0) return found;
  throw new LikenessError(
    'evaluation_impossible',
    `${root} has no photos of people. Give a folder with a subfolder of pictures per person.`,
    { details: { root, unused: found.unused.slice(0, 100) } },
  );
}

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
  const outcomes = await mapConcurrently(
    photos,
    IN_FLIGHT,
    call.signal,
    async (photo, _, signal) => {
      const outcome = await encodePhoto(host, photo, { ...call, signal });
      const item = `${photo.person}/${photo.name}`;
      call.onProgress?.({
        stage: 'Reading photos',
        done: ++done,
        total: photos.length,
        item,
        ...('code' in outcome ? { note: outcome.message } : {}),
      });
      return outcome;
    },
  );
  return {
    encodings: outcomes.map((outcome) => ('code' in outcome ? null : outcome)),
    unused: outcomes.filter((outcome) => 'code' in outcome),
  };
}

interface EncodedPhotos {
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
  } catch (thrown) {
    return refusalOf(file, thrown);
  }
}

function principalEncoding({ faces, principal }: HostResult<'analyze'>): Float32Array | null {
  return principal === null ? null : (faces[principal]?.encoding ?? null);
}

/** Another photo may be better. */
export function isAboutThePhoto({ code }: LikenessError): boolean {
  return code === 'no_face' || code.startsWith('file_') || code.startsWith('image_');
}

/** Why a photo is not used. @throws what would meet every other photo as well */
export function refusalOf(file: string, thrown: unknown): Refusal {
  if (!(thrown instanceof LikenessError) || !isAboutThePhoto(thrown)) throw thrown;
  const { code, message, details } = thrown;
  return { file, code, message, details: { ...details } };
}

/** 0, 1, 2 … in the order of appearance. */
export function numberInOrder(names: readonly (string | number)[]): readonly number[] {
  const numbers = new Map<string | number, number>();
  return names.map((name) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
}
