import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError } from '../../../contract/errors.ts';
import { openGrowing } from '../../../foundation/files/output-file.ts';
import type { PinnedFile } from '../downloads/pinned.ts';
import { sha256OfFile } from '../hash.ts';
import { reasonOf } from './http-source.ts';
import type { Source } from './source.ts';

export interface TransferOptions {
  readonly signal?: AbortSignal;
  /** Bytes of this file that are here so far. */
  readonly onBytes?: (done: number) => void;
  /** A source that says nothing for this long has failed. */
  readonly idleMs?: number;
}

/**
 * Brings a pinned file to `part` and proves its size and hash. What an earlier call left there is
 * continued. A cut transfer leaves its bytes for the next call, a wrong one is deleted.
 *
 * @returns the number of bytes that did not have to be fetched again
 * @throws LikenessError download_failed, download_corrupt, disk_full, cancelled
 */
export async function transfer(
  file: PinnedFile,
  source: Source,
  part: string,
  options: TransferOptions = {},
): Promise<number> {
  await mkdir(path.dirname(part), { recursive: true });
  const present = await presentBytes(part, file.bytes);
  try {
    const kept =
      present === file.bytes ? present : await receive(file, source, part, present, options);
    await verify(file, source, part);
    return kept;
  } catch (error) {
    const failure = explain(error, file, source, part, options.signal);
    if (failure.code === 'download_corrupt') await rm(part, { force: true });
    throw failure;
  }
}

async function presentBytes(part: string, limit: number): Promise<number> {
  const size = await stat(part).then(
    (found) => found.size,
    () => 0,
  );
  return size > limit ? 0 : size;
}

async function receive(
  file: PinnedFile,
  source: Source,
  part: string,
  present: number,
  { signal, onBytes, idleMs = 30_000 }: TransferOptions,
): Promise<number> {
  using watch = watchdog(idleMs, signal);
  const { startsAt, chunks } = await source.open(present, file.bytes, watch.signal);
  await using handle = await openGrowing(part, { empty: startsAt === 0 });
  let done = startsAt;
  for await (const chunk of chunks) {
    watch.feed();
    done += chunk.length;
    if (done > file.bytes) throw tooLong(file, source);
    await handle.appendFile(chunk);
    onBytes?.(done);
  }
  await handle.sync();
  return startsAt;
}

/** Aborts when the caller does, or when nobody feeds it for `idleMs`. */
function watchdog(idleMs: number, outer: AbortSignal | undefined): Watchdog {
  const idle = new AbortController();
  const timer = setTimeout(
    () => idle.abort(new Error(`nothing arrived for ${idleMs / 1000} s`)),
    idleMs,
  );
  return {
    signal: AbortSignal.any(outer === undefined ? [idle.signal] : [idle.signal, outer]),
    feed: () => timer.refresh(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

interface Watchdog extends Disposable {
  readonly signal: AbortSignal;
  readonly feed: () => void;
}

async function verify(file: PinnedFile, source: Source, part: string): Promise<void> {
  const { size } = await stat(part);
  const sha256 = size === file.bytes ? await sha256OfFile(part) : undefined;
  if (sha256 === file.sha256) return;
  const difference =
    sha256 === undefined ? `has ${size} of ${file.bytes} bytes` : 'has another hash';
  throw new LikenessError(
    'download_corrupt',
    `What came from ${source.place} ${difference}, so it was thrown away. Try again, or name another place with --from.`,
    { details: { url: source.place, expected: file.sha256, actual: sha256 ?? null, bytes: size } },
  );
}

const tooLong = (file: PinnedFile, source: Source): LikenessError =>
  new LikenessError(
    'download_corrupt',
    `${source.place} sends more than the ${file.bytes} bytes of the pinned file, so it was thrown away. Name another place with --from.`,
    { details: { url: source.place, expected: file.bytes } },
  );

/** Gives whatever stopped the transfer its code, and says what to do. */
function explain(
  thrown: unknown,
  file: PinnedFile,
  source: Source,
  part: string,
  signal: AbortSignal | undefined,
): LikenessError {
  const details = { url: source.place, file: part };
  if (signal?.aborted)
    return new LikenessError('cancelled', `Fetching ${file.name} was stopped.`, { details });
  const failure = toLikenessError(thrown);
  if (failure.code === 'disk_full') return diskFull(part, thrown);
  if (failure.code !== 'internal') return failure;
  return new LikenessError(
    'download_failed',
    `${source.place} was cut: ${reasonOf(thrown)}. Run it again to continue where it stopped.`,
    { details, cause: thrown },
  );
}

const diskFull = (part: string, cause: unknown): LikenessError =>
  new LikenessError(
    'disk_full',
    `${part} could not be written: the disk is full. Free some space and run it again.`,
    { details: { file: part }, cause },
  );
