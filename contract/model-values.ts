import { z } from 'zod';
import { Provider, FolderUse } from './values.ts';
import { Reliability } from './verifier-commands.ts';

/** What most commands say about how they ran. */
export const Ran = { provider: Provider, elapsedMs: z.number(), warnings: z.array(z.string()) };

const ModelState = z.enum(['ready', 'available', 'missing', 'corrupt']);
export const ModelSummary = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  role: z.enum(['detector', 'landmarks', 'encoder', 'style-encoder']),
  origin: z.enum(['built-in', 'download', 'imported']),
  state: ModelState,
  /** The one that is used unless another is asked for. */
  active: z.boolean(),
  /** The one that serves most people best; another may be in use because it is on the machine. */
  recommended: z.boolean(),
  bytes: z.number(),
  sha256: z.string(),
  license: z.string(),
  source: z.string(),
});

const Rate = z.number();
export const Curve = z.array(
  z.object({ threshold: z.number(), fmr: z.number(), fnmr: z.number() }),
);

export type ModelSummary = z.infer<typeof ModelSummary>;

/** Templates of different models, or of versions of one, are never compared. */
export const ModelKey = z.object({ id: z.string(), version: z.string() });

/** The last change of encoders, as it is kept for an undo. */
export const AdoptionRecord = z.object({ former: ModelKey, adopted: ModelKey });
export type AdoptionRecord = z.infer<typeof AdoptionRecord>;

/** What was measured on labeled photos. */
export const Evaluation = z.object({
  model: z.string(),
  pairs: z.int(),
  mated: z.int(),
  nonMated: z.int(),
  photos: z.int(),
  /** Photos without an encoding: no face, or not readable as a picture. */
  failures: z.int(),
  failedPhotos: z.array(z.string()),
  ...FolderUse,
  /** Pairs with such a photo: they count, as non-matches at an infinite distance. */
  failedPairs: z.object({ mated: z.int(), nonMated: z.int() }),
  /** Ten-fold as in LFW: mean, sample standard deviation, standard error of the mean. */
  accuracy: Rate,
  accuracyStd: Rate,
  accuracyStandardError: Rate,
  eer: Rate,
  tarAtFar: z.record(z.string(), Rate),
  thresholdAtFar: z.record(z.string(), z.number()),
  /** Mean of the thresholds that the ten folds chose for accuracy. */
  threshold: z.number(),
  /** The logistic curve on distance that fits best, with an even prior. */
  probability: z.object({ midpoint: z.number(), slope: z.number() }),
  /**
   * Of the probability that is shown for two faces at the encoder's own threshold, on at most 20,000 mated and as many non-mated
   * pairs, evenly spread over those with two encodings. Null where there are none of a kind, or
   * the measurement is of a version that did not look.
   */
  reliability: Reliability.extend({
    /** Whose the probability is: a verifier's, or the curve on distance that stands in. */
    source: z.enum(['verifier', 'curve']),
    /** 0…1: the share of mated pairs that the threshold implies; pairs weigh accordingly. */
    prior: Rate,
    mated: z.int(),
    nonMated: z.int(),
  }).nullable(),
  /** Half of the people enrolled with one photo each, all other photos searched. */
  identification: z
    .object({
      gallery: z.int(),
      matedSearches: z.int(),
      nonMatedSearches: z.int(),
      points: z.array(z.object({ threshold: z.number(), fpir: Rate, fnir: Rate })),
    })
    .nullable(),
  facesPerSecond: z.number(),
  curve: Curve,
  histogram: z.object({
    edges: z.array(z.number()),
    mated: z.array(z.number()),
    nonMated: z.array(z.number()),
  }),
  ...Ran,
});
export type Evaluation = z.infer<typeof Evaluation>;

/** What a new model may be called. */
export const NewModelId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{1,63}$/u,
    'expected 2 to 64 lower-case letters, digits or hyphens, no hyphen first',
  );
