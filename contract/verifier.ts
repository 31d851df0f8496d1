import { z } from 'zod';
import { command } from './command.ts';
import { OwnersPlace, ReadableFolder } from './places.ts';
import { FolderUse } from './values.ts';

const Share = z.number().min(0.05).max(0.5);
const Part = z.object({ people: z.int(), photos: z.int(), mated: z.int(), nonMated: z.int() });

/**
 * How far stated probabilities are to be trusted. Mated and non-mated comparisons weigh one half
 * each: the prior that the probabilities assume.
 */
export const Reliability = z.object({
  bins: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      mated: z.int(),
      nonMated: z.int(),
      /** Of all comparisons, weighed. */
      share: z.number(),
      /** Mean of what was stated, share that was true; null where the bin is empty. */
      stated: z.number().nullable(),
      observed: z.number().nullable(),
    }),
  ),
  /** Mean squared difference of probability and truth. */
  brier: z.number(),
  /** Expected calibration error over the bins. */
  ece: z.number(),
  /** At the probability one half. */
  accuracy: z.number(),
});
export type Reliability = z.infer<typeof Reliability>;

export const VerifierTraining = z.object({
  ...FolderUse,
  /** The encoder whose encodings it compares, and where the verifier was written. */
  encoder: z.string(),
  file: OwnersPlace,
  photos: z.int(),
  withoutFace: z.int(),
  /** Copies of a photo under the same name, left out. */
  copies: z.int(),
  /** Photos that lie under two names, left out: below the root. */
  contradictions: z.array(z.array(z.string())),
  /** People with one photo, who take part in pairs of two people only. */
  single: z.int(),
  parts: z.object({ training: Part, validation: Part, calibration: Part, test: Part }),
  /** What was tried, and the one that was kept for its likelihood on the people who validate. */
  candidates: z.array(
    z.object({
      form: z.enum(['absolute-difference', 'chi-square']),
      /** Null: one weight for all values. */
      penalty: z.number().nullable(),
      validationLoss: z.number(),
      chosen: z.boolean(),
    }),
  ),
  prior: z.number(),
  /** On people who took no part. */
  test: Reliability,
  /** There, of a threshold on distance: the best on the people who calibrate, … */
  thresholdAccuracy: z.number(),
  /** … and the best on these very pairs, which nobody can know beforehand. */
  bestThresholdAccuracy: z.number(),
  /** What the probability was before, on the same pairs. */
  before: Reliability,
  seconds: z.number(),
  warnings: z.array(z.string()),
});
export type VerifierTraining = z.infer<typeof VerifierTraining>;

/** Learning to say how sure a comparison is. */
export const verifierCommands = {
  'training.verifier': command({
    summary: 'Learn to say how likely two faces are of one person',
    input: z.object({
      /** A folder with a subfolder of photos per person. */
      images: ReadableFolder,
      /** The encoder, by its id; the one in use if absent. */
      model: z.string().min(1).optional(),
      seed: z.int().nonnegative().default(1),
      /** Shares of the people who choose, calibrate and are measured; the others train. */
      validation: Share.default(0.15),
      calibration: Share.default(0.1),
      test: Share.default(0.2),
    }),
    output: VerifierTraining,
  }),
} as const;
