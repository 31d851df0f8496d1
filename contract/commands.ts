import { z } from 'zod';
import { applicationCommands } from './application-commands.ts';
import { calibrationCommands, ThresholdSource } from './calibration-commands.ts';
import { command } from './command.ts';
import { comparisonCommands } from './comparison-commands.ts';
import { graphCommands } from './graph-commands.ts';
import { liveCommands } from './live-commands.ts';
import { modelCommands } from './model-commands.ts';
import { Evaluation, ModelSummary, Ran } from './model-values.ts';
import { paintingCommands } from './painting-commands.ts';
import { styleTrainingCommands } from './style-training-commands.ts';
import { OwnersPlace, ReadableFile, ReadableFolder } from './places.ts';
import { trainingCommands } from './training-commands.ts';
import { verifierCommands } from './verifier-commands.ts';
import { peopleCommands } from './people-commands.ts';
import { Bytes } from './window-values.ts';
import {
  Box,
  Face,
  FolderUse,
  ImageSource,
  Namesakes,
  PersonId,
  PersonName,
  PhotoNote,
  Point,
  ProofFinding,
  Provider,
  Quality,
  Refusal,
} from './values.ts';

const Match = z.object({
  personId: PersonId,
  name: z.string(),
  /** Euclidean, in the model's own encoding space. */
  distance: z.number(),
  /** 0…1, shared by the candidates, the rest of the gallery and "nobody": see docs/how-sure.md. */
  probability: z.number(),
});

/**
 * The one table of commands. Shells derive their surface from it (CLI, HTTP routes, the Electron
 * bridge), services implement it; adding a command touches this table and one service.
 */
export const commands = {
  'faces.detect': command(
    'Find the faces of a picture',
    z.object({ image: ImageSource }),
    z.object({
      width: z.int(),
      height: z.int(),
      faces: z.array(Face),
      notes: z.array(PhotoNote),
      ...Ran,
    }),
  ),
  'enrollment.enroll': command(
    'Enroll a person from one or more photos',
    z.object({
      name: PersonName,
      images: z.array(ImageSource).min(1).max(10_000),
      /** Where a photo shows several faces: refuse, or take the largest. */
      severalFaces: z.enum(['refuse', 'largest']).default('refuse'),
      /** Of several faces take the one at this point of the upright picture. */
      at: Point.optional(),
      /** Take faces, too, that are too small or too poor to be recognized reliably. */
      acceptLowQuality: z.boolean().default(false),
      /** A note on the person's agreement; kept with the person. */
      consent: z.string().max(2000).optional(),
    }),
    z.object({
      person: z.object({ id: PersonId, name: z.string() }),
      enrolled: z.int(),
      /** Photos that were enrolled for this person before. */
      alreadyEnrolled: z.int(),
      refused: z.array(Refusal),
      /** Of photos that were used. */
      notes: z.array(PhotoNote),
      /** Where the person is new. */
      alike: Namesakes,
      ...Ran,
    }),
  ),
  'enrollment.importFolder': command(
    'Enroll everyone of a folder root/person/*.jpg',
    z.object({
      root: ReadableFolder,
      severalFaces: z.enum(['refuse', 'largest']).default('refuse'),
    }),
    z.object({
      people: z.int(),
      enrolled: z.int(),
      alreadyEnrolled: z.int(),
      refused: z.array(Refusal),
      /** Those refused, and files of the folder that are no photos. */
      ...FolderUse,
      /** Of photos that were used. */
      notes: z.array(PhotoNote),
      ...Ran,
    }),
  ),
  'identification.identify': command(
    'Say who is in a picture (1:k)',
    z.object({
      image: ImageSource,
      top: z.int().min(1).max(100).default(5),
      /** Distance at or below which a face counts as identified; the model's default if absent. */
      threshold: z.number().positive().optional(),
    }),
    z.object({
      width: z.int(),
      height: z.int(),
      model: z.string(),
      threshold: z.number(),
      thresholdSource: ThresholdSource,
      faces: z.array(
        z.object({
          box: Box,
          score: z.number(),
          quality: Quality,
          decision: z.enum(['identified', 'unknown']),
          matches: z.array(Match),
        }),
      ),
      notes: z.array(PhotoNote),
      ...Ran,
    }),
  ),
  'verification.verify': command(
    'Compare the faces of two pictures (1:1)',
    z.object({
      a: ImageSource,
      b: ImageSource,
      threshold: z.number().positive().optional(),
      severalFaces: z.enum(['refuse', 'largest']).default('refuse'),
      /** Give the two aligned faces as pictures, too. */
      chips: z.boolean().default(false),
    }),
    z.object({
      model: z.string(),
      chips: z.object({ a: Bytes, b: Bytes }).nullable(),
      distance: z.number(),
      threshold: z.number(),
      same: z.boolean(),
      probability: z.number(),
      notes: z.array(PhotoNote),
      ...Ran,
    }),
  ),
  ...peopleCommands,
  ...modelCommands,
  ...comparisonCommands,
  'evaluation.last': command(
    'The latest measurement of the encoder in use; null where there is none',
    z.object({}),
    z.object({
      evaluation: z
        .object({ images: OwnersPlace, createdAt: z.iso.datetime(), result: Evaluation })
        .nullable(),
    }),
  ),
  'evaluation.run': command(
    'Measure recognition on labeled photos',
    z.object({
      images: ReadableFolder,
      /** An LFW pairs file, or every photo against every other. */
      comparisons: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('pairs'), file: ReadableFile }),
        z.object({ kind: z.literal('all'), maxPerPerson: z.int().min(1).optional() }),
      ]),
    }),
    Evaluation,
  ),
  ...liveCommands,
  ...applicationCommands,
  ...paintingCommands,
  ...graphCommands,
  ...trainingCommands,
  ...styleTrainingCommands,
  ...verifierCommands,
  ...calibrationCommands,
  'diagnostics.doctor': command(
    'Health of runtime, models, providers and database',
    z.object({}),
    z.object({
      version: z.string(),
      node: z.string(),
      platform: z.string(),
      runtime: z.string(),
      providers: z.array(
        z.object({
          provider: Provider,
          available: z.boolean(),
          /** The canned input agreed with the CPU. */
          proven: z.boolean(),
          maxAbsDifference: z.number().nullable(),
          milliseconds: z.number().nullable(),
          finding: ProofFinding,
          /** The same as a sentence, with what the runtime said. */
          message: z.string(),
        }),
      ),
      models: z.array(ModelSummary),
      database: z.object({
        file: OwnersPlace,
        /** Null, as the numbers below, where the database cannot be opened. */
        schemaVersion: z.int().nullable(),
        /** "ok", or what is wrong. */
        integrity: z.string(),
        people: z.int().nullable(),
        templates: z.int().nullable(),
        /** Enrolled photos whose encodings cannot be compared. */
        damagedTemplates: z.int().nullable(),
      }),
      warnings: z.array(z.string()),
      ok: z.boolean(),
    }),
  ),
} as const;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
/** What a caller passes, before defaults are filled in. */
export type CommandInput<N extends CommandName> = z.input<Commands[N]['input']>;
/** What a handler sees: validated, with defaults. */
export type CommandPayload<N extends CommandName> = z.output<Commands[N]['input']>;
export type CommandOutput<N extends CommandName> = z.output<Commands[N]['output']>;
export type { Evaluation, ModelSummary } from './model-values.ts';
export type { Person, PersonDetails } from './people-commands.ts';
