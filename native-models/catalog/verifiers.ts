import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import encoderLikeness from './verifiers/encoder-likeness.json' with { type: 'json' };
import type { ModelManifest, ManifestOf } from '../../contract/manifest.ts';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import { writeWhole } from '../../foundation/files/output-file.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';

/** The verifiers that ship, as `likeness train verifier` wrote them. */
export const builtInVerifiers = (): readonly VerifierFile[] =>
  [encoderLikeness].map((file) => VerifierFile.parse(file));

const Count = z.int().nonnegative();

/** Numbers of a verifier on people who took no part in its making. */
const Measured = z.strictObject({
  ece: z.number(),
  brier: z.number(),
  /** At the probability ½; of the best threshold on distance, found on others and on the same pairs. */
  accuracy: z.number(),
  thresholdAccuracy: z.number(),
  bestThresholdAccuracy: z.number(),
});

/**
 * What turns two encodings of one encoder into a probability, as a file `<encoder id>.json`. It
 * holds for exactly one encoder file: other weights mean other encodings.
 */
export const VerifierFile = z.strictObject({
  encoder: z.strictObject({ id: z.string(), version: z.string(), sha256: z.string() }),
  /** What the probability assumes of a pair before it is looked at. */
  prior: z.literal(0.5),
  form: z.enum(['absolute-difference', 'chi-square']),
  shift: z.number().nonnegative(),
  weights: z.array(z.number()).min(2),
  bias: z.number(),
  platt: z.strictObject({ slope: z.number(), intercept: z.number() }),
  /** How it came to be. No photo and no name of a person is among it. */
  provenance: z.strictObject({
    command: z.string(),
    seed: z.int(),
    penalty: z.number().nullable(),
    parts: z.record(
      z.enum(['training', 'validation', 'calibration', 'test']),
      z.strictObject({ people: Count, photos: Count, mated: Count, nonMated: Count }),
    ),
    test: Measured,
  }),
});
export type VerifierFile = Readonly<z.infer<typeof VerifierFile>>;

/** Whether the verifier was made for this very file of weights. */
const belongsTo = (
  { encoder }: VerifierFile,
  { id, version, sha256 }: Pick<ModelManifest, 'id' | 'version' | 'sha256'>,
): boolean => encoder.id === id && encoder.version === version && encoder.sha256 === sha256;

interface FoundVerifier {
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
  const remedy = 'Train it again, or delete the file.';
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
