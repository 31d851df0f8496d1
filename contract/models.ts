import { z } from 'zod';
import { Provider, FolderUse, PersonId } from './values.ts';
import { Reliability } from './verifier.ts';
import { command } from './command.ts';
import { Address, ReadableFile, OwnersPlace, ReadableFolder } from './places.ts';

/** What most commands say about how they ran. */
export const Ran = { provider: Provider, elapsedMs: z.number(), warnings: z.array(z.string()) };

const ModelState = z.enum(['ready', 'available', 'missing', 'corrupt']);
export const ModelSummary = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  role: z.enum(['detector', 'landmarks', 'encoder', 'style-encoder']),
  origin: z.enum(['built-in', 'download', 'trained', 'imported']),
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

const Somebody = { personId: PersonId, name: z.string() };

/** Why an enrolled photo cannot be encoded again, as facts: each shell has its own words. */
export const adoptionObstacles = [
  'original-missing',
  'original-ambiguous',
  'portrait-faceless',
] as const;
const AdoptionObstacle = z.enum(adoptionObstacles);
export type AdoptionObstacle = z.infer<typeof AdoptionObstacle>;

/** What becomes of a person when another encoder is adopted. */
const AdoptedPerson = z.object({
  ...Somebody,
  /** Enrolled photos, each counted once whatever models have encoded it. */
  photos: z.int(),
  /** Photos that the model had encoded before. */
  present: z.int(),
  /** Encoded again from the original file, which lies where it was and is unchanged. */
  fromOriginals: z.int(),
  /** Encoded again from the small portrait that was kept. */
  fromPortraits: z.int(),
  /** The model has no encoding of the person: a photo is needed. */
  enrollAgain: z.boolean(),
  /** Why photos could not be encoded, each reason once. */
  reasons: z.array(z.string()),
  /** The same as codes, in the same order. */
  obstacles: z.array(AdoptionObstacle),
});
export type AdoptedPerson = z.infer<typeof AdoptedPerson>;

const Adoption = z.object({
  model: ModelKey,
  /** The model that an undo would bring back; null where there is none. */
  former: ModelKey.nullable(),
  dryRun: z.boolean(),
  people: z.array(AdoptedPerson),
  /** Encodings that were added. */
  added: z.int(),
  warnings: z.array(z.string()),
  elapsedMs: z.number(),
});
export type Adoption = z.infer<typeof Adoption>;

const UndoneAdoption = z.object({
  /** In use again. */
  model: ModelKey,
  left: ModelKey,
  dryRun: z.boolean(),
  /** Photos enrolled since, which only the model that was left knows; they are kept. */
  since: z.array(z.object({ ...Somebody, photos: z.int() })),
  /** Whom the model in use again does not know. */
  unknown: z.array(z.object(Somebody)),
  warnings: z.array(z.string()),
});
export type UndoneAdoption = z.infer<typeof UndoneAdoption>;

export const modelCommands = {
  'models.list': command({
    summary: 'Models and their state',
    input: z.object({}),
    output: z.object({ models: z.array(ModelSummary) }),
    callers: ['program'],
  }),
  'models.verify': command({
    summary: 'Hash every model file again and prove that it loads',
    input: z.object({}),
    output: z.object({ models: z.array(ModelSummary), ok: z.boolean() }),
    callers: ['program'],
  }),
  'models.fetch': command({
    summary: 'Download a pinned model of the catalog',
    input: z.object({ id: z.string(), from: Address.optional() }),
    output: z.object({ model: ModelSummary, resumedFrom: z.number() }),
    changes: ['models.changed'],
    besides: { contacts: 'the address that the catalog pins' },
  }),
  'models.import': command({
    summary: "Add somebody else's detector or encoder",
    input: z.object({
      file: ReadableFile,
      /** How to feed it and what it gives; absent: proposed where the file is of a known family. */
      manifest: ReadableFile.optional(),
      /** What it is to be called where the manifest is proposed. */
      id: z.string().optional(),
      /** Only say what it would be taken for; nothing is installed. */
      propose: z.boolean().default(false),
    }),
    output: z.object({
      /** Null where it was only proposed. */
      model: ModelSummary.nullable(),
      /** As it is installed, or would be: what `models import --manifest` takes. */
      manifest: z.record(z.string(), z.unknown()),
      /** What it was taken for; null where a manifest was given. */
      family: z.string().nullable(),
      warnings: z.array(z.string()),
    }),
    callers: ['program'],
    changes: ['models.changed'],
  }),
  'models.use': command({
    summary: 'Choose the model of its role that is used from now on',
    input: z.object({ id: z.string() }),
    output: z.object({ model: ModelSummary, warnings: z.array(z.string()) }),
    callers: ['program'],
    changes: ['models.changed'],
  }),
  'models.strangers': command({
    summary: 'Who is enrolled, but unknown to the encoder in use',
    input: z.object({}),
    output: z.object({
      encoder: ModelKey,
      people: z.array(z.object(Somebody)),
      /** What an undo of the last adoption would bring back; null where there is nothing to undo. */
      former: ModelKey.nullable(),
      warnings: z.array(z.string()),
    }),
    callers: ['program'],
  }),
  'models.adopt': command({
    summary: 'Encode everyone again whose photo is kept, and use the encoder from then on',
    input: z.object({
      id: z.string().min(1),
      /** Do everything but keep the result. */
      dryRun: z.boolean().default(false),
    }),
    output: Adoption,
    changes: ['models.changed', 'people.changed', 'activity.added'],
    besides: { reads: 'enrolled photos where they lay' },
  }),
  'models.undoAdoption': command({
    summary: 'Use the encoder again that was in use before the last adoption',
    input: z.object({ dryRun: z.boolean().default(false) }),
    output: UndoneAdoption,
    changes: ['models.changed', 'people.changed', 'activity.added'],
  }),
} as const;

const ComparedRate = z.number();
const Id = z.string().min(1);

/** One of the two encoders, on the faces that both have encoded. */
const ComparedEncoder = z.object({
  id: z.string(),
  version: z.string(),
  /** Values per encoding. */
  dimension: z.int(),
  /** Of the model's file. */
  bytes: z.number(),
  /** For alignment and encoding of one face: the median over `timed` faces. */
  milliseconds: z.number(),
  eer: ComparedRate,
  /** At the threshold that is best on these very faces, both kinds of pair weighing the same. */
  accuracy: ComparedRate,
  threshold: z.number(),
  /** False accept rates that so many non-mated pairs can show, the largest first. */
  tar: z.array(z.object({ far: ComparedRate, tar: ComparedRate })),
  curve: Curve,
});
export type ComparedEncoder = z.infer<typeof ComparedEncoder>;

/** Of the second encoder less the first. */
const Difference = z.object({
  value: z.number(),
  /** 95 % of resamples of the people lie between; null where there are too few. */
  interval: z.object({ low: z.number(), high: z.number() }).nullable(),
});
export type Difference = z.infer<typeof Difference>;

export const ModelComparison = z.object({
  source: z.enum(['gallery', 'images']),
  /** The folder of photos; null where the enrolled people were compared. */
  images: OwnersPlace.nullable(),
  photos: z.int(),
  ...FolderUse,
  /** Photos without a face or not readable, or that were not kept. */
  unusable: z.int(),
  faces: z.int(),
  people: z.int(),
  /** People with two faces or more: what mated pairs, and the interval, rest on. */
  peopleWithTwo: z.int(),
  mated: z.int(),
  nonMated: z.int(),
  encoders: z.tuple([ComparedEncoder, ComparedEncoder]),
  difference: z.object({
    eer: Difference,
    /** The false accept rates of the encoders. */
    tar: z.array(Difference.extend({ far: ComparedRate })),
  }),
  /** By the equal error rate: `better` where the interval of its difference leaves zero out. */
  verdict: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('better'), id: z.string() }),
    z.object({ kind: z.literal('undecided') }),
    /** An interval takes at least so many people with two faces. */
    z.object({ kind: z.literal('too-few-people'), needed: z.int() }),
  ]),
  resamples: z.int(),
  /** Faces that were encoded one at a time, for the milliseconds. */
  timed: z.int(),
  ...Ran,
});
export type ModelComparison = z.infer<typeof ModelComparison>;

/** Which of two encoders tells people apart better; neither is used because of it. */
export const comparisonCommands = {
  'models.compare': command({
    summary: 'Run two encoders on the same faces and say which separates people better',
    input: z.object({
      a: Id,
      b: Id,
      /** The kept photos of the enrolled people, or a folder with a subfolder of photos per person. */
      source: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('gallery') }),
          z.object({
            kind: z.literal('images'),
            root: ReadableFolder,
            maxPerPerson: z.int().min(2).optional(),
          }),
        ])
        .default({ kind: 'gallery' }),
      seed: z.int().nonnegative().default(1),
    }),
    output: ModelComparison,
    callers: ['program'],
    besides: { reads: 'enrolled photos where they lay' },
  }),
} as const;
