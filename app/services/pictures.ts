import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import type { ImageSource } from '../../contract/values.ts';
import { writeWhole } from '../../foundation/files/output-file.ts';
import { checkRegularFile, readRegularFile } from '../../foundation/files/read-file.ts';
import { listJobs, type Store } from '../../db/store.ts';
import { nameOf, signalOf } from './analysis.ts';
import type { Handler, Handlers } from './context.ts';
import { pictureFolder } from './picture-names.ts';
import { picturesOf } from './painting/painting-queue.ts';

/** Larger files are no pictures that somebody would drop on a window. */
const MOST_BYTES = 100 * 1024 * 1024;
/** Milliseconds for which a picture that no painting names is kept: somebody may be choosing. */
const GRACE = 24 * 60 * 60 * 1000;

/** The same picture is kept once, whatever it is called: its name is its content's hash. */
const addPicture: Handler<'pictures.add'> = async (context, { image }, call) => {
  const { store, host, pictureNames } = context;
  const bytes = await readPicture(image);
  const name = path.basename(nameOf(image));
  const source = { image: { bytes, name } };
  const { width, height, extension } = await host.request(
    'describePicture',
    source,
    signalOf(call),
  );
  const folder = pictureFolder(store);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const hash = createHash('sha256').update(bytes).digest('hex');
  const file = path.join(folder, hash + extension);
  await keep(file, bytes);
  pictureNames.note(file, name);
  return { picture: { path: file, name, width, height } };
};

export const showPicture: Handler<'pictures.show'> = ({ host }, payload, call) =>
  host.request('showPicture', payload, signalOf(call));

/** Deletes the pictures that no painting needs and nobody has added of late. */
export async function prunePictures(store: Store, now: Date): Promise<void> {
  const folder = pictureFolder(store);
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return;
  const needed = new Set(
    store
      .read(listJobs)
      .flatMap(({ settings }) => picturesOf(settings).map((p) => path.resolve(p))),
  );
  for (const file of names.map((name) => path.join(folder, name)))
    if (!needed.has(file) && (await isOld(file, now))) await rm(file, { force: true });
}

async function isOld(file: string, now: Date): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && now.getTime() - found.mtimeMs > GRACE;
}

async function readPicture(image: ImageSource): Promise<Uint8Array<ArrayBuffer>> {
  if ('bytes' in image) {
    refuseLarge(image.name, image.bytes.length);
    return Uint8Array.from(image.bytes);
  }
  const { size } = await checkRegularFile(image.path);
  refuseLarge(image.path, size);
  return Uint8Array.from(await readRegularFile(image.path, 'picture', MOST_BYTES));
}

function refuseLarge(file: string, bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new LikenessError(
    'image_too_large',
    `${file} has ${Math.round(bytes / 2 ** 20)} MiB; a picture may have ${MOST_BYTES / 2 ** 20}.`,
    { details: { file, bytes, maximum: MOST_BYTES } },
  );
}

/** One that is there already is as good as new. */
async function keep(file: string, bytes: Uint8Array): Promise<void> {
  const time = new Date();
  const touched = await utimes(file, time, time).then(
    () => true,
    () => false,
  );
  if (touched) return;
  await writeWhole(file, bytes).catch((thrown: unknown) => {
    throw toLikenessError(thrown);
  });
}

export const picturesHandlers = {
  'pictures.add': addPicture,
  'pictures.show': showPicture,
} satisfies Partial<Handlers>;
