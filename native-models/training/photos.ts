import path from 'node:path';
import { createHash } from 'node:crypto';
import { LikenessError } from '../../contract/errors.ts';
import type { Refusal, Point } from '../../contract/values.ts';
import { readPhotoFolder } from '../../foundation/files/photo-folder.ts';
import { alignFace, alignmentTemplates } from '../faces/align.ts';
import { encodeChips } from '../faces/encode.ts';
import { findFaces, locateFaces, type FaceModels } from '../faces/find-faces.ts';
import type { Network } from '../faces/network.ts';
import { choosePrincipal } from '../faces/pipeline.ts';
import { estimateSimilarity } from '../faces/resemblance.ts';
import { decodeImage } from '../images/decode.ts';
import { refusePainting } from '../images/painting-file.ts';
import { readImageSource, hashImage } from '../images/source.ts';
import { buildPyramid, type ImagePyramid } from '../images/resampling.ts';
import { CHIP_MARGIN, CHIP_SIDE, STORED_SIDE, ChipStore, type Example } from './chips.ts';
import { invertAffine, warpImage } from '../images/warp.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';

export interface TrainingPhoto {
  /** Below its root. */
  readonly name: string;
  readonly file: string;
  /** The folder that it lies in; null where it lies in the root itself. */
  readonly person: string | null;
}

interface TrainingPhotos {
  readonly photos: readonly TrainingPhoto[];
  /** All other files of the folder, each with the reason why it is left out. */
  readonly unused: readonly Refusal[];
}

/**
 * `root/person/photo` with a label and, where they are of use, `root/photo` without one; those first.
 *
 * @throws LikenessError as `readPhotoFolder`
 */
export async function photoFolder(
  root: string,
  loose: 'used' | 'refused',
): Promise<TrainingPhotos> {
  const { photos, unused } = await readPhotoFolder(root, loose);
  const listed = photos.map(({ person, name, path: file }) => ({
    name: person === null ? name : `${person}/${name}`,
    file,
    person,
  }));
  return { photos: listed, unused };
}

export const noFace = (file: string): Refusal => ({
  file,
  code: 'no_face',
  message: `No face was found in ${file}.`,
});

/** Why a photo cannot be used; throws what another photo would not escape either. */
export function failureOf(file: string, thrown: unknown): Refusal {
  if (!(thrown instanceof LikenessError) || !/^(?:file|image)_/u.test(thrown.code)) throw thrown;
  const { code, message, details } = thrown;
  return { file, code, message, details: { ...details } };
}

interface GatheredFace {
  readonly chip: RgbImage;
  /** What the teacher says of the face, cut and mirrored as its manifest asks. */
  readonly vector: Float32Array;
}

/** The principal face of a photo, as the product finds and aligns it, or why there is none. */
async function gatherFace(
  models: Pick<FaceModels, 'detectors' | 'landmarks'>,
  teacher: Network<'encoder'> | null,
  file: string,
): Promise<GatheredFace | Refusal> {
  const decoded = await readPhoto(file);
  if ('code' in decoded) return decoded;
  const photo = await buildPyramid(decoded);
  const detections = await findFaces(models.detectors, photo);
  const faces = await locateFaces(models.landmarks, photo, detections);
  const { principal } = choosePrincipal(
    faces.map(({ box }) => box),
    decoded,
    'central',
  );
  if (principal === null) return noFace(file);
  const { landmarks } = faces[principal]!;
  const chip = wideChip(photo, landmarks);
  if (teacher === null) return { chip, vector: new Float32Array(0) };
  const [vector] = await encodeChips(teacher, [alignFace(photo, landmarks, teacher.manifest)]);
  return { chip, vector: vector! };
}

/** The center of this chip is, pixel for pixel, what an encoder of alignment dlib-68 is given. */
function wideChip(photo: ImagePyramid, landmarks: readonly Point[]): RgbImage {
  const { select, points, size } = alignmentTemplates['dlib-68'];
  const scale = CHIP_SIDE / size;
  const target = points.map(([x, y]): Point => [x * scale, y * scale]);
  const toPhoto = invertAffine(estimateSimilarity(select(landmarks), target));
  const { a, b, tx, c, d, ty } = toPhoto;
  const shifted = {
    ...toPhoto,
    tx: tx - (a + b) * CHIP_MARGIN,
    ty: ty - (c + d) * CHIP_MARGIN,
  };
  return warpImage(photo, shifted, STORED_SIDE, STORED_SIDE);
}

async function readPhoto(file: string): Promise<RgbImage | Refusal> {
  try {
    const source = await readImageSource({ path: file });
    await refusePainting(source);
    return (await decodeImage(source)).pixels;
  } catch (thrown) {
    return failureOf(file, thrown);
  }
}

interface GatherRequest {
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
      if (request.signal?.aborted === true) throw stoppedGathering();
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

/** Hash of the photo's bytes; of nothing where they cannot be read, which decoding reports. */
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

const stoppedGathering = () =>
  new LikenessError('cancelled', 'Stopped. The same command goes on with the faces found so far.');

interface SortedOut {
  readonly examples: readonly Example[];
  /** One picture under the names of two people: nobody can tell which is right. */
  readonly contradictory: readonly string[];
  /** Further copies of a picture under one name. */
  readonly repeated: readonly string[];
}

/** Leaves out pictures whose labels contradict each other, and copies. */
export async function sortOutSamePhotos(examples: readonly Example[]): Promise<SortedOut> {
  const byPicture = new Map<string, Example[]>();
  for (const example of examples) {
    const key = createHash('sha256')
      .update((await example.read()).data)
      .digest('base64');
    byPicture.set(key, [...(byPicture.get(key) ?? []), example]);
  }
  const [kept, contradictory, repeated]: [Set<Example>, string[], string[]] = [new Set(), [], []];
  for (const copies of byPicture.values()) {
    const [first, ...others] = copies;
    if (others.some(({ person }) => person !== first!.person))
      contradictory.push(...copies.map(({ photo }) => photo));
    else {
      kept.add(first!);
      repeated.push(...others.map(({ photo }) => photo));
    }
  }
  return { examples: examples.filter((example) => kept.has(example)), contradictory, repeated };
}
