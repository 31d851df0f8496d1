import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../../contract/values.ts';
import { totalBytes, type PinnedDownload } from './downloads/pinned.ts';
import { sourceOf } from './transfer/place.ts';
import { transfer } from './transfer/transfer.ts';
import { install } from './user-folder.ts';

export interface FetchOptions {
  /** A folder, a file, or the URL of either, instead of the pinned address. */
  readonly from?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** A server that says nothing for this many milliseconds has failed; 30 s if absent. */
  readonly idleMs?: number;
}

/**
 * Fetches the files of a download, each verified, and installs the model that they make.
 *
 * @returns bytes that an earlier, cut attempt had brought already
 * @throws LikenessError download_failed, download_corrupt, disk_full, cancelled, file_not_found
 */
export async function fetchModel(
  download: PinnedDownload,
  userModels: string,
  { from, onProgress, ...options }: FetchOptions,
): Promise<number> {
  const total = totalBytes(download);
  const files = new Map<string, Uint8Array>();
  const parts: string[] = [];
  let before = 0;
  let resumedFrom = 0;
  for (const file of download.files) {
    const part = path.join(userModels, 'downloads', download.id, `${file.name}.part`);
    const onBytes = (done: number): void =>
      onProgress?.({ stage: `Fetching ${download.name}`, done: before + done, total });
    const source = await sourceOf(file, from);
    resumedFrom += await transfer(file, source, part, { ...options, onBytes });
    files.set(file.name, await readFile(part));
    parts.push(part);
    before += file.bytes;
  }
  await install(userModels, await download.assemble(files));
  for (const part of parts) await rm(part, { force: true });
  return resumedFrom;
}
