import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError } from '../../../contract/errors.ts';
import { refuseLinks } from '../../../foundation/files/confinement.ts';
import { fileLimits, readRegularFile } from '../../../foundation/files/read-file.ts';
import { OnnxError } from '../../onnx/errors.ts';
import { embedExternalData, externalDataOf, type ExternalData } from '../../onnx/rewrite.ts';

/**
 * An ONNX file as one piece: weights that lie in files beside it are taken in, so that what is
 * hashed and installed is all of the model, and nothing is looked for anywhere at a later time.
 *
 * @throws LikenessError file_empty, file_not_found, file_is_directory, file_unreadable (no regular
 * file), file_too_large (2 GB), model_corrupt (a Git LFS pointer, no ONNX file, weights that are
 * missing or lie outside the folder of the model)
 */
export async function readModelFile(file: string): Promise<Uint8Array> {
  const bytes = await readRegularFile(file, 'model');
  if (bytes.length === 0)
    throw new LikenessError('file_empty', `${file} is empty.`, { details: { file } });
  if (isLfsPointer(bytes))
    throw refused(
      file,
      'is only a Git LFS pointer: a few lines that stand for the model. ' +
        'Run "git lfs pull" in the clone that it comes from, or download the file itself',
    );
  const external = inFile(file, () => externalDataOf(bytes));
  if (external.length === 0) return bytes;
  const weights = await readWeights(file, external, bytes.length);
  return inFile(file, () => embedExternalData(bytes, (data) => part(file, data, weights)));
}

const isLfsPointer = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 100)).toString('latin1').startsWith('version https://git-lfs.');

function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof OnnxError)) throw cause;
    throw refused(file, 'is cut off or damaged, or it is no ONNX file', cause);
  }
}

/** The files that the tensors lie in, by the names that the model calls them. */
async function readWeights(
  file: string,
  external: readonly ExternalData[],
  modelBytes: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = await realpath(path.dirname(path.resolve(file)));
  const locations = [...new Set(external.map(({ location }) => location))];
  const weights = new Map<string, Uint8Array>();
  let left = fileLimits.model - modelBytes;
  for (const location of locations) {
    const place = await placeOf(file, folder, location);
    const bytes = await readRegularFile(place, 'model', left);
    left -= bytes.length;
    weights.set(location, bytes);
  }
  return weights;
}

/** A file of the folder or below it, also where a link stands for it. */
async function placeOf(file: string, folder: string, location: string): Promise<string> {
  const wanted = path.resolve(folder, location);
  const isWithin = (place: string) => place.startsWith(folder + path.sep);
  if (path.isAbsolute(location) || !isWithin(wanted)) throw outside(file, location);
  await refuseLinks(wanted);
  const place = await realpath(wanted).catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT') throw toLikenessError(cause);
    throw refused(
      file,
      `needs the file ${location} beside it, which holds its weights and is not there. ` +
        'Put it into the same folder',
      cause,
    );
  });
  if (!isWithin(place)) throw outside(file, location);
  return place;
}

const outside = (file: string, location: string): LikenessError =>
  refused(
    file,
    `looks for its weights outside its own folder (${location}). ` +
      'That is not allowed: the file may be forged, or was exported wrongly',
  );

function part(
  file: string,
  { tensor, location, offset, length }: ExternalData,
  weights: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  const bytes = weights.get(location)!;
  const end = length === undefined ? bytes.length : offset + length;
  if (bytes.length > 0 && offset >= 0 && offset <= end && end <= bytes.length)
    return bytes.subarray(offset, end);
  throw refused(
    file,
    `expects ${end} bytes in ${location} (for ${tensor}), but there are ${bytes.length}: ` +
      'that file is cut off, or belongs to another model',
  );
}

const refused = (file: string, problem: string, cause?: unknown): LikenessError =>
  new LikenessError('model_corrupt', `${file} ${problem}.`, { details: { file }, cause });
