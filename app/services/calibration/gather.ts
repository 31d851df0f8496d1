import type { CommandPayload } from '../../../contract/commands.ts';
import type { Refusal } from '../../../contract/values.ts';
import { readGallery } from '../../../db/store.ts';
import type { CalibrationPhotos } from '../../../native-models/evaluation/calibration/cross-search.ts';
import type { EncoderInfo } from '../../model-host/types.ts';
import type { CallOptions, ServiceContext } from '../context.ts';
import { encodePhotos } from '../encode-photos.ts';
import { listLabeledPhotos } from '../labeled-photos.ts';

export type CalibrationSource = CommandPayload<'calibration.run'>['source'];

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
