import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findLabeledPhotos } from '../../app/services/encode-photos.ts';
import type { EncoderInfo, ModelHost } from '../../app/model-host/types.ts';
import { repository, startHost } from '../measure/product.ts';

export interface EncodedPhoto {
  readonly person: string;
  readonly encoding: Float32Array;
}

export interface EncodedPeople {
  readonly encoder: EncoderInfo;
  readonly photos: readonly EncodedPhoto[];
  readonly withoutFace: number;
}

/** By the SHA-256 of the photo file; null: no face. */
type Known = Map<string, readonly number[] | null>;

const FOLDER = path.join(repository, '.cache', 'bench-encodings');
const IN_FLIGHT = 3;
/** A benchmark that is stopped goes on from here. */
const SAVE_EVERY = 500;

/**
 * Encodings of all photos of a folder `root/person/*.jpg`, by the product and its built-in encoder.
 * They are kept beside the other caches, by photo and model, as they take minutes.
 */
export async function encodePeople(images: string): Promise<EncodedPeople> {
  await using product = await startHost();
  const { host } = product;
  const { encoder } = await host.request('warmUp', {});
  const { models } = await host.request('listModels', {});
  const model = models.find(({ id }) => id === encoder.id)!;
  const file = path.join(FOLDER, `${encoder.id}-${model.sha256.slice(0, 12)}.json`);
  const known = await read(file);
  const { photos } = await findLabeledPhotos(images);
  const hashes: string[] = [];
  let fresh = 0;
  const queue = photos.entries();
  const work = async (): Promise<void> => {
    for (const [i, photo] of queue) {
      const hash = createHash('sha256')
        .update(await readFile(photo.path))
        .digest('hex');
      hashes[i] = hash;
      if (known.has(hash)) continue;
      known.set(hash, await encode(host, photo.path));
      if (++fresh % SAVE_EVERY === 0) await save(file, known);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  if (fresh > 0) await save(file, known);
  const encoded = photos.flatMap(({ person }, i) => {
    const values = known.get(hashes[i]!);
    return values == null ? [] : [{ person, encoding: Float32Array.from(values) }];
  });
  return { encoder, photos: encoded, withoutFace: photos.length - encoded.length };
}

async function encode(host: ModelHost, file: string): Promise<number[] | null> {
  const { faces, principal } = await host.request(
    'analyze',
    { image: { path: file }, encode: 'principal', subject: 'central' },
    { timeoutMs: 3_600_000 },
  );
  const encoding = principal === null ? undefined : faces[principal]?.encoding;
  return encoding === undefined ? null : [...encoding];
}

async function read(file: string): Promise<Known> {
  const text = await readFile(file, 'utf8').catch(() => '[]');
  return new Map(JSON.parse(text) as [string, readonly number[] | null][]);
}

async function save(file: string, known: Known): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(file, JSON.stringify([...known]));
}
