import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import { writeBeside } from '../../foundation/files/output-file.ts';
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
  const written: string[] = [];
  const write = async (file: string, content: string | Uint8Array): Promise<string> => {
    const partial = await writeBeside(file, content);
    written.push(partial);
    return partial;
  };
  try {
    await mkdir(folder, { recursive: true });
    const newOnnx = await write(onnxFile, onnx);
    const newManifest = await write(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
    await rm(manifestFile, { force: true });
    await rename(newOnnx, onnxFile);
    await rename(newManifest, manifestFile);
  } catch (error) {
    await Promise.all(written.map((file) => rm(file, { force: true })));
    throw inFolder(folder, error);
  }
}

/** Of which of its files the disk had no room matters to nobody. */
function inFolder(folder: string, thrown: unknown): LikenessError {
  const { code, message, details } = toLikenessError(thrown);
  if (code !== 'disk_full') return new LikenessError(code, message, { details, cause: thrown });
  return new LikenessError(
    'disk_full',
    `The model could not be written to ${folder}: the disk is full. Free some space and try again.`,
    { details: { ...details, folder }, cause: thrown },
  );
}
