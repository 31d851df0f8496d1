import { z } from 'zod';
import type { ModelManifest } from '../../../contract/manifest.ts';

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
export const belongsTo = (
  { encoder }: VerifierFile,
  { id, version, sha256 }: Pick<ModelManifest, 'id' | 'version' | 'sha256'>,
): boolean => encoder.id === id && encoder.version === version && encoder.sha256 === sha256;
