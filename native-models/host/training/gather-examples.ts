import path from 'node:path';
import { LikenessError } from '../../../contract/errors.ts';
import type { Refusal } from '../../../contract/values.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import { hashImage } from '../../images/source.ts';
import type { FaceModels } from '../../faces/find-faces.ts';
import type { Network } from '../../faces/network.ts';
import { ChipStore } from '../../training/chips/chip-store.ts';
import type { Example } from '../../training/chips/example.ts';
import { STORED_SIDE } from '../../training/chips/face-chip.ts';
import { gatherFace } from './gather-chips.ts';
import { noFace, photoFolder } from './list-photos.ts';

export interface GatherRequest {
  readonly models: Pick<FaceModels, 'detectors' | 'landmarks'>;
  /** Whose answers are kept with the faces; null for none. */
  readonly teacher: Network<'encoder'> | null;
  readonly roots: readonly string[];
  /** Keeps the faces, one store per root. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  readonly report: (done: number, total: number) => void;
}

export interface Gathered {
  readonly examples: readonly Example[];
  readonly photos: number;
  readonly withoutFace: number;
  /** Files of the folders. */
  readonly files: number;
  /** All without a face that trains, each with the reason. */
  readonly unused: readonly Refusal[];
  readonly close: () => Promise<void>;
}

/**
 * Finds, aligns and keeps the face of every photo, with what the teacher says of it. Photos that
 * were looked at before, and are the same still, are not looked at again.
 */
export async function gatherExamples(request: GatherRequest): Promise<Gathered> {
  const { roots, folder, teacher } = request;
  const lists = [];
  for (const root of roots) lists.push({ root, ...(await photoFolder(root, 'used')) });
  const total = lists.reduce((sum, { photos }) => sum + photos.length, 0);
  const stores: ChipStore[] = [];
  const examples: Example[] = [];
  const unused: Refusal[] = lists.flatMap((list) => [...list.unused]);
  const files = total + unused.length;
  let done = 0;
  for (const { root, photos } of lists) {
    const store = await storeOf(path.join(folder, path.basename(path.resolve(root))), teacher);
    stores.push(store);
    const known = new Map(store.entries.map((entry) => [entry.photo, entry]));
    for (const { name: photo, file, person } of photos) {
      if (request.signal?.aborted === true) throw stopped();
      const hash = await hashOf(file);
      const former = known.get(photo);
      if (former !== undefined && former.hash === hash) {
        if (former.chip === null) unused.push(noFace(file));
      } else {
        const found = await gatherFace(request.models, teacher, file);
        if ('code' in found) unused.push(found);
        await store.append(photo, person, 'code' in found ? null : found, hash);
      }
      request.report(++done, total);
    }
    examples.push(...(await examplesOf(store, new Set(photos.map(({ name: photo }) => photo)))));
  }
  return {
    examples,
    photos: total,
    withoutFace: total - examples.length,
    files,
    unused,
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
    },
  };
}

/** Of the photo's bytes; of nothing where they cannot be read, which whoever decodes it says. */
async function hashOf(file: string): Promise<string> {
  const bytes = await readRegularFile(file, 'picture').catch(() => new Uint8Array(0));
  return hashImage({ name: file, bytes });
}

function storeOf(folder: string, teacher: GatherRequest['teacher']): Promise<ChipStore> {
  if (teacher === null) return ChipStore.open(folder, STORED_SIDE, 0);
  const { id, sha256, task } = teacher.manifest;
  return ChipStore.open(`${folder}-${id}-${sha256.slice(0, 8)}`, STORED_SIDE, task.dimension);
}

async function examplesOf(store: ChipStore, wanted: ReadonlySet<string>): Promise<Example[]> {
  const vectors = await store.vectors();
  const length = store.vectorLength;
  // Of a photo that was replaced, what was found last.
  const latest = new Map(store.entries.map((entry) => [entry.photo, entry]));
  return [...latest.values()].flatMap(({ photo, person, hash, chip }) =>
    chip === null || !wanted.has(photo)
      ? []
      : [
          {
            photo,
            person,
            ...(hash === undefined ? {} : { hash }),
            target: vectors.slice(chip * length, (chip + 1) * length),
            read: () => store.chip(chip),
          },
        ],
  );
}

const stopped = () =>
  new LikenessError('cancelled', 'Stopped. The same command goes on with the faces found so far.');
