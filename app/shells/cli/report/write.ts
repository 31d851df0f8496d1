import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../../../../foundation/files/output-file.ts';

/** Writes a file whole or not at all, with the folders above it. Errors: those of the file system. */
export async function writeReport(file: string, content: string | Buffer): Promise<void> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  await writeWhole(file, content, { mode: 0o666 });
}
