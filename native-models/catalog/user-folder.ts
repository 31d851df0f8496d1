import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError } from '../../app/contract/errors.ts';
import type { InstallableModel } from './downloads/pinned.ts';

/**
 * Puts a model into the user's folder. The manifest comes last and makes it exist: whatever
 * interrupts this leaves either the whole model or none.
 *
 * @throws LikenessError disk_full, file_unreadable
 */
export async function install(folder: string, { onnx, manifest }: InstallableModel): Promise<void> {
  const onnxFile = path.join(folder, `${manifest.id}.onnx`);
  const manifestFile = path.join(folder, `${manifest.id}.json`);
  try {
    await mkdir(folder, { recursive: true });
    await writeDurably(`${onnxFile}.new`, onnx);
    await writeDurably(`${manifestFile}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
    await rm(manifestFile, { force: true });
    await rename(`${onnxFile}.new`, onnxFile);
    await rename(`${manifestFile}.new`, manifestFile);
  } catch (error) {
    await Promise.all([onnxFile, manifestFile].map((file) => rm(`${file}.new`, { force: true })));
    throw inFolder(folder, error);
  }
}

async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  await using handle = await open(file, 'w');
  await handle.writeFile(content);
  await handle.sync();
}

/** Writing through a handle loses the path in the system's error. */
function inFolder(folder: string, thrown: unknown): LikenessError {
  const { code, message, details } = toLikenessError(thrown);
  if (code !== 'disk_full') return new LikenessError(code, message, { details, cause: thrown });
  return new LikenessError(
    'disk_full',
    `The model could not be written to ${folder}: the disk is full. Free some space and try again.`,
    { details: { ...details, folder }, cause: thrown },
  );
}
