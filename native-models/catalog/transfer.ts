import { createReadStream } from 'node:fs';
import { readdir, stat, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelManifest, ModelRole } from '../../contract/manifest.ts';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import { checkRegularFile } from '../../foundation/files/read-file.ts';
import { openGrowing } from '../../foundation/files/output-file.ts';
import { sha256OfFile } from '../../foundation/hash.ts';

/** A file of the network, pinned to one content. */
export interface PinnedFile {
  /** What it is called in a folder that is given with `--from`, and while it is being fetched. */
  readonly name: string;
  readonly url: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What becomes of a download: an ONNX file and its manifest. */
export interface InstallableModel {
  readonly onnx: Uint8Array;
  readonly manifest: ModelManifest;
}

/** A model that is fetched on the user's word, in one or several files. */
export interface PinnedDownload {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly role: ModelRole;
  readonly license: string;
  /** Where the weights come from, for a person. */
  readonly source: string;
  readonly files: readonly PinnedFile[];
  /** Turns the verified files, by name, into the model that is installed. */
  readonly assemble: (files: ReadonlyMap<string, Uint8Array>) => Promise<InstallableModel>;
}

export const totalBytes = (download: PinnedDownload): number =>
  download.files.reduce((sum, file) => sum + file.bytes, 0);

/** Bytes of a file from some offset on. */
export interface Opened {
  /** The offset that was asked for, or 0 where the source can only start at the beginning. */
  readonly startsAt: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A place that has one file. */
export interface Source {
  /** For a person: a URL or a path. */
  readonly place: string;
  /**
   * @param offset bytes that are already here
   * @param expected bytes that the whole file must have
   * @throws LikenessError download_failed, download_corrupt, file_not_found, file_unreadable
   */
  readonly open: (offset: number, expected: number, signal: AbortSignal) => Promise<Opened>;
}

/** A file on this machine, a mounted share included. */
function fileSource(path: string): Source {
  return {
    place: path,
    open: (offset, expected, signal) => openFile(path, offset, expected, signal),
  };
}

async function openFile(
  path: string,
  offset: number,
  expected: number,
  signal: AbortSignal,
): Promise<Opened> {
  const { size } = await checkRegularFile(path);
  if (size !== expected) {
    throw new LikenessError(
      'download_corrupt',
      `${path} has ${size} bytes, but the pinned file has ${expected}. It is another file.`,
      { details: { file: path, expected, actual: size } },
    );
  }
  return { startsAt: offset, chunks: createReadStream(path, { start: offset, signal }) };
}

/** A file behind http or https; redirects are followed, ranges used where the server knows them. */
export function httpSource(url: URL): Source {
  return {
    place: url.href,
    open: (offset, expected, signal) => openUrl(url, offset, expected, signal),
  };
}

async function openUrl(
  url: URL,
  offset: number,
  expected: number,
  signal: AbortSignal,
): Promise<Opened> {
  const response = await request(url, offset, signal);
  const served = servedRange(response);
  const resumes = response.status === 206 && served.start === offset;
  if (offset > 0 && (response.status === 416 || (response.status === 206 && !resumes))) {
    await discard(response);
    return openUrl(url, 0, expected, signal);
  }
  if (response.body === null || !(resumes || response.status === 200)) {
    await discard(response);
    throw refused(url, response);
  }
  if (served.total !== undefined && served.total !== expected) {
    await discard(response);
    throw wrongLength(url, expected, served.total);
  }
  return { startsAt: resumes ? offset : 0, chunks: response.body };
}

async function request(url: URL, offset: number, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (offset > 0) headers['range'] = `bytes=${offset}-`;
  try {
    return await fetch(url, { headers, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new LikenessError(
      'download_failed',
      `${url.href} could not be reached: ${reasonOf(error)}. Check the network and the address.`,
      { details: { url: url.href }, cause: error },
    );
  }
}

/** Where the body starts and how long the whole file is, as far as the server says. */
function servedRange({ status, headers }: Response): { start?: number; total?: number } {
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '');
  if (status === 206 && range !== null) return { start: Number(range[1]), total: Number(range[2]) };
  const length = headers.get('content-length');
  // The length of a compressed body says nothing about the file.
  if (length === null || headers.has('content-encoding')) return {};
  return { total: Number(length) };
}

/** `fetch failed` alone helps nobody; the system's word is in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

const discard = (response: Response): Promise<void> => response.body?.cancel() ?? Promise.resolve();

const refused = (url: URL, { status, statusText }: Response): LikenessError =>
  new LikenessError(
    'download_failed',
    `${`${url.href} answered ${status} ${statusText}`.trimEnd()}.`,
    { details: { url: url.href, status } },
  );

const wrongLength = (url: URL, expected: number, actual: number): LikenessError =>
  new LikenessError(
    'download_corrupt',
    `${url.href} has ${actual} bytes, but the pinned file has ${expected}: it is another file.`,
    { details: { url: url.href, expected, actual } },
  );

/**
 * Where a pinned file comes from: its own URL, or `from`, which is a folder or a file on this
 * machine, or a URL of a file (its last part has an extension) or of a folder.
 */
export async function sourceOf(file: PinnedFile, from: string | undefined): Promise<Source> {
  if (from === undefined) return httpSource(new URL(file.url));
  const url = URL.canParse(from) ? new URL(from) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return httpSource(inUrl(url, file));
  return fileSource(await inFolder(url?.protocol === 'file:' ? fileURLToPath(url) : from, file));
}

function inUrl(url: URL, file: PinnedFile): URL {
  if (path.posix.extname(url.pathname) !== '') return url;
  const folder = new URL(url);
  folder.pathname = `${url.pathname.replace(/\/$/, '')}/${file.name}`;
  return folder;
}

async function inFolder(place: string, file: PinnedFile): Promise<string> {
  const found = await stat(place).catch((error: unknown) => {
    throw toLikenessError(error);
  });
  if (!found.isDirectory()) return place;
  // Mirrors keep the capital letters of the address, or do not.
  const same = (name: string): boolean => name.toLowerCase() === file.name.toLowerCase();
  const name = (await readdir(place)).find(same);
  if (name !== undefined) return path.join(place, name);
  throw new LikenessError('file_not_found', `${place} has no file ${file.name}.`, {
    details: { folder: place, file: file.name },
  });
}

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
    `What came from ${source.place} ${difference}, so it was thrown away.`,
    { details: { url: source.place, expected: file.sha256, actual: sha256 ?? null, bytes: size } },
  );
}

const tooLong = (file: PinnedFile, source: Source): LikenessError =>
  new LikenessError(
    'download_corrupt',
    `${source.place} sends more than the ${file.bytes} bytes of the pinned file, so it was thrown away.`,
    { details: { url: source.place, expected: file.bytes } },
  );

/** Gives whatever stopped the transfer its code, and says what happened. */
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
