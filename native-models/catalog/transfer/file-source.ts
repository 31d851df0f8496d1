import { createReadStream } from 'node:fs';
import { LikenessError } from '../../../contract/errors.ts';
import { checkRegularFile } from '../../../foundation/files/read-file.ts';
import type { Opened, Source } from './source.ts';

/** A file on this machine, a mounted share included. */
export function fileSource(path: string): Source {
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
