import { constants, closeSync, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { stat, type FileHandle } from 'node:fs/promises';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import { openWithoutLinks, refuseLinks } from './confinement.ts';

const MIB = 2 ** 20;

/** The most bytes that are read of a file, by what it is to be; docs/limits.md says the same. */
export const fileLimits = {
  picture: 512 * MIB,
  /** Protocol buffers count in 31 bits. */
  model: 2 ** 31 - 1,
  /** Manifests, verifiers, lists of pairs. */
  text: 64 * MIB,
  certificate: MIB,
  /** Saved states of paintings and trainings, and faces gathered for one. */
  state: 2 ** 34,
} as const;

type FileKind = keyof typeof fileLimits;

/**
 * The bytes of a regular file, the one way in for whatever path somebody gives. It is looked at
 * before it is opened, and opened without waiting: a pipe without a writer would hold everything up,
 * a device may have no end, and what grows meanwhile is read up to the size that it had.
 *
 * @throws LikenessError file_not_found, file_is_directory, file_unreadable (a device, pipe or socket,
 *   a link that leads back to itself, no permission), file_too_large, path_refused (a link, for a
 *   program)
 */
export async function readRegularFile(
  file: string,
  kind: FileKind,
  most: number = fileLimits[kind],
): Promise<Buffer<ArrayBuffer>> {
  return await withRegularFile(file, most, (handle, size) => readUpTo(handle, size));
}

/** The first bytes of a file, at most so many, as `readRegularFile` refuses and of any size. */
export const readHead = (file: string, bytes: number): Promise<Buffer<ArrayBuffer>> =>
  withRegularFile(file, Infinity, (handle, size) => readUpTo(handle, Math.min(size, bytes)));

/** As `readRegularFile`, where nobody can wait. */
export function readRegularFileSync(file: string, kind: FileKind): Buffer {
  try {
    refuseIrregular(file, statSync(file), fileLimits[kind]);
    const descriptor = openSync(file, WITHOUT_WAITING);
    try {
      const stats = fstatSync(descriptor);
      refuseIrregular(file, stats, fileLimits[kind]);
      const bytes = Buffer.alloc(stats.size);
      return bytes.subarray(0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  } catch (thrown) {
    throw toLikenessError(withPath(thrown, file));
  }
}

/**
 * Refuses whatever is no regular file, or a larger one, without opening it.
 *
 * @throws as `readRegularFile`
 */
export async function checkRegularFile(file: string, most = Infinity): Promise<Stats> {
  try {
    await refuseLinks(file);
    const stats = await stat(file);
    refuseIrregular(file, stats, most);
    return stats;
  } catch (thrown) {
    throw toLikenessError(withPath(thrown, file));
  }
}

/** Windows knows no such flag, and no pipes among its files. */
const WITHOUT_WAITING = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

async function withRegularFile<T>(
  file: string,
  most: number,
  read: (handle: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  await checkRegularFile(file, most);
  try {
    await using handle = await openWithoutLinks(file, WITHOUT_WAITING);
    const stats = await handle.stat();
    refuseIrregular(file, stats, most);
    return await read(handle, stats.size);
  } catch (thrown) {
    throw toLikenessError(withPath(thrown, file));
  }
}

/** Node reads less than 2 GiB at once. */
const MOST_AT_ONCE = 2 ** 30;

async function readUpTo(handle: FileHandle, size: number): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.from(new ArrayBuffer(size));
  let filled = 0;
  while (filled < size) {
    const length = Math.min(size - filled, MOST_AT_ONCE);
    const { bytesRead } = await handle.read(bytes, filled, length, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function refuseIrregular(file: string, stats: Stats, most: number): void {
  if (stats.isDirectory())
    throw refusal('file_is_directory', file, 'is a folder, but a file was expected.');
  if (!stats.isFile())
    throw refusal('file_unreadable', file, `is ${nameOfKind(stats)}, not a file.`);
  if (stats.size > most)
    throw new LikenessError(
      'file_too_large',
      `${file} has ${sizeText(stats.size)}; at most ${sizeText(most)} are read.`,
      { details: { file, bytes: stats.size, maximum: most } },
    );
}

/** "a pipe", "a socket" or "a device", of what is neither file nor folder. */
export function nameOfKind(entry: Pick<Stats, 'isFIFO' | 'isSocket'>): string {
  if (entry.isFIFO()) return 'a pipe';
  return entry.isSocket() ? 'a socket' : 'a device';
}

const sizeText = (bytes: number): string =>
  bytes < MIB ? `${bytes} bytes` : `${Math.round(bytes / MIB).toLocaleString('en-US')} MiB`;

const refusal = (
  code: 'file_is_directory' | 'file_unreadable',
  file: string,
  predicate: string,
): LikenessError => new LikenessError(code, `${file} ${predicate}`, { details: { file } });

/** An error of an open file does not say which file. */
function withPath(thrown: unknown, file: string): unknown {
  return thrown instanceof Error && 'code' in thrown && !('path' in thrown)
    ? Object.assign(thrown, { path: file })
    : thrown;
}
