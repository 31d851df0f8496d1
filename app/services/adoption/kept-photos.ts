import { createHash } from 'node:crypto';
import { LikenessError } from '../../../contract/errors.ts';
import type { AdoptionObstacle } from '../../../contract/model-commands.ts';
import type { ImageSource } from '../../../contract/values.ts';
import { confinement, isConfined } from '../../../foundation/files/confinement.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import { listPortraits, type Store } from '../../../db/store.ts';
import type { HostResult } from '../../model-host/types.ts';
import { signalOf } from '../analysis.ts';
import type { CallOptions, ServiceContext } from '../context.ts';
import type { EnrolledPhoto } from './plan.ts';

type Encodings = HostResult<'encodeWith'>['encodings'];

/** What could be had of a photo that somebody is enrolled with. */
export type KeptPhoto =
  | { readonly from: 'original' | 'portrait'; readonly encodings: Encodings }
  | { readonly from: null; readonly obstacle: AdoptionObstacle };

export const obstacleSentences: Readonly<Record<AdoptionObstacle, string>> = {
  'original-missing': 'No portrait was kept, and the original is not where it was.',
  'original-ambiguous': 'No portrait was kept, and the original does not show exactly one face.',
  'portrait-faceless': 'No face was found in the portrait that was kept.',
};

/**
 * Encodes a photo again: from its file where that lies unchanged in its place and shows one face
 * only, so that nobody gets a bystander's; else from the portrait that was kept, where there is one.
 *
 * @throws LikenessError what no other photo would escape; `cancelled`.
 */
export async function encodeKept(
  context: Pick<ServiceContext, 'host' | 'store'>,
  photo: EnrolledPhoto,
  encoders: readonly string[],
  call: CallOptions,
): Promise<KeptPhoto> {
  const original = await originalOf(photo);
  if (original !== null) {
    const { faces, encodings } = await encode(context, original, 'largest', encoders, call);
    if (faces === 1) return { from: 'original', encodings };
  }
  const portrait = portraitOf(context.store, photo);
  if (portrait === null)
    return { from: null, obstacle: original === null ? 'original-missing' : 'original-ambiguous' };
  const { encodings } = await encode(context, portrait, 'central', encoders, call);
  return encodings.length > 0
    ? { from: 'portrait', encodings }
    : { from: null, obstacle: 'portrait-faceless' };
}

async function encode(
  { host }: Pick<ServiceContext, 'host'>,
  image: ImageSource,
  subject: 'largest' | 'central',
  encoders: readonly string[],
  call: CallOptions,
): Promise<Pick<HostResult<'encodeWith'>, 'faces' | 'encodings'>> {
  try {
    return await host.request('encodeWith', { image, subject, encoders }, signalOf(call));
  } catch (thrown) {
    if (thrown instanceof LikenessError && isAboutThePhoto(thrown))
      return { faces: 0, encodings: [] };
    throw thrown;
  }
}

const isAboutThePhoto = ({ code }: LikenessError): boolean =>
  code.startsWith('file_') || code.startsWith('image_');

/** The file, where it still is what was enrolled. */
async function originalOf({ source, photoHash }: EnrolledPhoto): Promise<ImageSource | null> {
  if (source === null) return null;
  // A program gets at no file where the owner has not let it in, also not by having it compared.
  if (confinement() !== undefined && !isConfined(source)) return null;
  try {
    const bytes = await readRegularFile(source, 'picture');
    const hash = createHash('sha256').update(bytes).digest('hex');
    return hash === photoHash ? { bytes, name: source } : null;
  } catch {
    return null;
  }
}

function portraitOf(store: Store, { portrait }: EnrolledPhoto): ImageSource | null {
  if (portrait === null) return null;
  const [record] = store.read((tables) => listPortraits(tables, [portrait]));
  return record === undefined ? null : { bytes: record.jpeg, name: `portrait ${portrait}` };
}
