import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError } from '../../../contract/errors.ts';
import { writeWhole } from '../../../foundation/files/output-file.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import type { ManifestOf, ModelManifest } from '../../../contract/manifest.ts';
import { builtInVerifiers } from './built-in.ts';
import { belongsTo, VerifierFile } from './verifier-file.ts';

export interface FoundVerifier {
  readonly verifier: VerifierFile | null;
  /** Why one that is there is not used; for a person. */
  readonly warnings: readonly string[];
}

/** The user's own verifier of an encoder, else the one that ships; none where neither fits it. */
export async function findVerifier(
  userModels: string,
  encoder: ManifestOf<'encoder'>,
  builtIn: readonly VerifierFile[] = builtInVerifiers(),
): Promise<FoundVerifier> {
  const shipped = builtIn.find((candidate) => isOf(candidate, encoder)) ?? null;
  const file = fileOf(userModels, encoder.id);
  const text = await readRegularFile(file, 'text').then(String, () => null);
  if (text === null) return { verifier: shipped, warnings: [] };
  const own = parse(text);
  if (own !== null && isOf(own, encoder)) return { verifier: own, warnings: [] };
  const problem = own === null ? 'cannot be understood' : `was made for another ${encoder.id}`;
  const remedy = 'Train it again with `likeness train verifier`, or delete the file.';
  return { verifier: shipped, warnings: [`The verifier ${file} ${problem}. ${remedy}`] };
}

/**
 * Puts a verifier into the user's folder, whole or not at all; a former one is replaced.
 *
 * @throws LikenessError disk_full, file_unreadable
 */
export async function installVerifier(userModels: string, verifier: VerifierFile): Promise<string> {
  const file = fileOf(userModels, verifier.encoder.id);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeWhole(file, `${JSON.stringify(verifier, null, 2)}\n`);
    return file;
  } catch (thrown) {
    throw notWritten(file, thrown);
  }
}

function notWritten(file: string, thrown: unknown): LikenessError {
  const { code, message, details } = toLikenessError(thrown);
  const sentence =
    code === 'disk_full'
      ? `The verifier could not be written to ${file}: the disk is full. Free some space and try again.`
      : message;
  return new LikenessError(code, sentence, { details: { ...details, file }, cause: thrown });
}

const fileOf = (userModels: string, id: string): string =>
  path.join(userModels, 'verifiers', `${id}.json`);

const isOf = (file: VerifierFile, encoder: ModelManifest & ManifestOf<'encoder'>): boolean =>
  belongsTo(file, encoder) && file.weights.length === encoder.task.dimension;

function parse(text: string): VerifierFile | null {
  try {
    return VerifierFile.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
