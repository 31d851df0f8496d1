import type { CommandPayload } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { HostResult } from '../../model-host/types.ts';
import type { ModelKey } from '../../../db/store.ts';
import { encodeKept } from '../adoption/kept-photos.ts';
import { planAdoption } from '../adoption/plan.ts';
import { signalOf } from '../analysis.ts';
import type { CallOptions, ServiceContext } from '../context.ts';
import { isAboutThePhoto } from '../encode-photos.ts';
import { firstOfEach } from '../evaluation/plan.ts';
import { listLabelledPhotos, type LabelledPhoto } from '../labelled-photos.ts';

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
): Promise<readonly KnownPhoto[]> {
  if (source.kind === 'gallery') return keptPhotos(context, call);
  const photos = await listLabelledPhotos(source.root);
  return firstOfEach(photos, source.maxPerPerson ?? Infinity).map((photo) => ({
    person: photo.person,
    item: `${photo.person}/${photo.name}`,
    encode: (encoders) => encodeFile(context, photo, encoders, call),
  }));
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
  { path }: LabelledPhoto,
  encoders: readonly string[],
  call: CallOptions,
): Promise<Encodings> {
  try {
    const request = { image: { path }, subject: 'central', encoders } as const;
    return (await host.request('encodeWith', request, signalOf(call))).encodings;
  } catch (thrown) {
    if (thrown instanceof LikenessError && isAboutThePhoto(thrown)) return [];
    throw thrown;
  }
}
