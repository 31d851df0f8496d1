import type { CommandPayload } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { Refusal } from '../../../contract/values.ts';
import type { HostResult } from '../../model-host/types.ts';
import type { ModelKey } from '../../../db/store.ts';
import { encodeKept } from '../adoption/kept-photos.ts';
import { planAdoption } from '../adoption/plan.ts';
import { signalOf } from '../analysis.ts';
import type { CallOptions, ServiceContext } from '../context.ts';
import { isAboutThePhoto } from '../encode-photos.ts';
import { firstOfEach } from '../evaluation/plan.ts';
import { listLabeledPhotos, type LabeledPhoto } from '../labeled-photos.ts';

export type Source = CommandPayload<'models.compare'>['source'];
export type Encodings = HostResult<'encodeWith'>['encodings'];

/** A photo of somebody known. */
export interface KnownPhoto {
  /** A folder's name, or the number of an enrolled person. */
  readonly person: string | number;
  /** For whoever watches the progress. */
  readonly item: string;
  /** One encoding per encoder, in their order; empty without a face, or where it was not kept. */
  readonly encode: (encoders: readonly string[]) => Promise<Encodings>;
}

/** @throws LikenessError what listing the photos of a folder refuses with. */
export async function knownPhotos(
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

export interface KnownPhotos {
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
    if (!(thrown instanceof LikenessError) || !isAboutThePhoto(thrown)) throw thrown;
    const { code, message, details } = thrown;
    unused.push({ file: path, code, message, details: { ...details } });
    return [];
  }
}
