import { basename } from 'node:path';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';

/** An ONNX file by path, or its bytes with a name for messages. */
export type ModelSource =
  { readonly path: string } | { readonly bytes: Uint8Array; readonly name: string };

export interface ModelBytes {
  readonly bytes: Uint8Array;
  /** What messages call it. */
  readonly name: string;
  readonly details: Readonly<Record<string, string>>;
}

/** Throws `model_missing` where the file is not there, `model_corrupt` where it is empty. */
export async function readModel(source: ModelSource): Promise<ModelBytes> {
  if ('bytes' in source) return { ...source, details: { model: source.name } };
  const { path } = source;
  const bytes = await readRegularFile(path, 'model').catch((thrown: unknown) => {
    throw readingError(path, thrown);
  });
  return { bytes, name: basename(path), details: { file: path } };
}

function readingError(path: string, thrown: unknown): LikenessError {
  const error = toLikenessError(thrown);
  if (error.code !== 'file_not_found') return error;
  return new LikenessError(
    'model_missing',
    `The model file ${path} is not there. Build the models again (npm run build).`,
    { details: { file: path }, cause: thrown },
  );
}
