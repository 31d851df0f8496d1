import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LikenessError, toLikenessError } from '../../../contract/errors.ts';
import type { PinnedFile } from '../downloads/pinned.ts';
import { fileSource } from './file-source.ts';
import { httpSource } from './http-source.ts';
import type { Source } from './source.ts';

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
