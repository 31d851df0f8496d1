import { z } from 'zod';
import { command } from './command.ts';
import { OwnersPlace, ReadableFolder } from './places.ts';
import { FolderUse } from './values.ts';
import { Curve, Ran } from './model-values.ts';

const Rate = z.number();
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
  eer: Rate,
  /** At the threshold that is best on these very faces, both kinds of pair weighing the same. */
  accuracy: Rate,
  threshold: z.number(),
  /** False accept rates that so many non-mated pairs can show, the largest first. */
  tar: z.array(z.object({ far: Rate, tar: Rate })),
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
    tar: z.array(Difference.extend({ far: Rate })),
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
  'models.compare': command(
    'Run two encoders on the same faces and say which separates people better',
    z.object({
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
    ModelComparison,
    { reads: 'enrolled photos where they lay' },
  ),
} as const;
