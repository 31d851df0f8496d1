import { z } from 'zod';
import { command } from './command.ts';
import { ModelKey, ModelSummary } from './model-values.ts';
import { Address, ReadableFile } from './places.ts';
import { PersonId } from './values.ts';

const Somebody = { personId: PersonId, name: z.string() };

/** Why an enrolled photo cannot be encoded again, for whoever says it in words of their own. */
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
  'models.list': command(
    'Models and their state',
    z.object({}),
    z.object({ models: z.array(ModelSummary) }),
  ),
  'models.verify': command(
    'Hash every model file again and prove that it loads',
    z.object({}),
    z.object({ models: z.array(ModelSummary), ok: z.boolean() }),
  ),
  'models.fetch': command(
    'Download a pinned model of the catalog',
    z.object({ id: z.string(), from: Address.optional() }),
    z.object({ model: ModelSummary, resumedFrom: z.number() }),
    { contacts: 'the address that the catalog pins' },
  ),
  'models.import': command(
    "Add somebody else's detector or encoder",
    z.object({
      file: ReadableFile,
      /** How to feed it and what it gives; absent: proposed where the file is of a known family. */
      manifest: ReadableFile.optional(),
      /** What it is to be called where the manifest is proposed. */
      id: z.string().optional(),
      /** Only say what it would be taken for; nothing is installed. */
      propose: z.boolean().default(false),
    }),
    z.object({
      /** Null where it was only proposed. */
      model: ModelSummary.nullable(),
      /** As it is installed, or would be: what `models import --manifest` takes. */
      manifest: z.record(z.string(), z.unknown()),
      /** What it was taken for; null where a manifest was given. */
      family: z.string().nullable(),
      warnings: z.array(z.string()),
    }),
  ),
  'models.use': command(
    'Choose the model of its role that is used from now on',
    z.object({ id: z.string() }),
    z.object({ model: ModelSummary, warnings: z.array(z.string()) }),
  ),
  'models.strangers': command(
    'Who is enrolled, but unknown to the encoder in use',
    z.object({}),
    z.object({
      encoder: ModelKey,
      people: z.array(z.object(Somebody)),
      /** What an undo of the last adoption would bring back; null where there is nothing to undo. */
      former: ModelKey.nullable(),
      warnings: z.array(z.string()),
    }),
  ),
  'models.adopt': command(
    'Encode everyone again whose photo is kept, and use the encoder from then on',
    z.object({
      id: z.string().min(1),
      /** Do everything but keep the result. */
      dryRun: z.boolean().default(false),
    }),
    Adoption,
    { reads: 'enrolled photos where they lay' },
  ),
  'models.undoAdoption': command(
    'Use the encoder again that was in use before the last adoption',
    z.object({ dryRun: z.boolean().default(false) }),
    UndoneAdoption,
  ),
} as const;
