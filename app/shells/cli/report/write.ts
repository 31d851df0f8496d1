import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes a file whole or not at all, with the folders above it. Errors: those of the file system. */
export async function writeReport(file: string, content: string | Buffer): Promise<void> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  const scratch = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(scratch, content);
    await rename(scratch, file);
  } catch (error) {
    await rm(scratch, { force: true });
    throw error;
  }
}
