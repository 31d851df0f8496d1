import { z } from 'zod';
import { NewModelId } from './model-values.ts';
import { command } from './command.ts';
import { OwnersPlace, ReadableFolder, WritableFolder } from './places.ts';
import { FolderUse } from './values.ts';

/** How far a student is from its teacher at one layer, on pictures that do not train; 0 is perfect. */
const LayerAgreement = z.object({
  layer: z.string(),
  /** Squared difference of activations, relative to those of the teacher. */
  features: z.number(),
  /** The same of Gram matrices, mean over the pictures. */
  gram: z.number(),
});

export const StyleEncoderTraining = z.object({
  ...FolderUse,
  model: z.object({ id: z.string(), bytes: z.int(), sha256: z.string() }),
  teacher: z.string(),
  pictures: z.object({ training: z.int(), validation: z.int() }),
  /** Files that could not be read as pictures, and those beyond what is kept in memory. */
  unreadable: z.array(OwnersPlace),
  leftOut: z.int(),
  parameters: z.int(),
  /** Floating-point operations per pixel, of the student and of the teacher up to the same depth. */
  flopsPerPixel: z.object({ student: z.number(), teacher: z.number() }),
  curve: z.array(
    z.object({
      step: z.int(),
      /** Mean since the last point; null before any step. */
      loss: z.number().nullable(),
      layers: z.array(LayerAgreement),
    }),
  ),
  seconds: z.number(),
});
export type StyleEncoderTraining = z.infer<typeof StyleEncoderTraining>;

/** Learning what a picture looks like. */
export const styleTrainingCommands = {
  'training.styleEncoder': command(
    'Teach a small encoder of style what a large one says of pictures',
    z.object({
      /** The style encoder to learn from, by its id. */
      teacher: z.string().min(1).default('vgg19'),
      /** Folders with pictures of any kind. */
      images: z.array(ReadableFolder).min(1).max(1000),
      /** A student of the same shape to begin with; the teacher, thinned out, if absent. */
      from: z.string().min(1).optional(),
      /** What the new model is called. */
      id: NewModelId,
      /** The checkpoint lies here; the same folder goes on from it. */
      work: WritableFolder,
      seed: z.int().nonnegative().default(1),
      steps: z.int().positive().max(1_000_000).default(3000),
      /** Cuts per step, and pixels of their sides. */
      batch: z.int().min(1).max(256).default(4),
      /** Cuts of a step that are paintings which the student makes meanwhile; half if absent. */
      paintings: z.int().nonnegative().max(256).optional(),
      side: z.int().min(32).max(512).multipleOf(4).default(128),
      learningRate: z.number().positive().default(0.001),
      /** What Gram matrices count beside activations. */
      gramWeight: z.number().nonnegative().default(5),
      /** Share of the pictures that do not train. */
      validation: z.number().min(0.01).max(0.5).default(0.05),
    }),
    StyleEncoderTraining,
  ),
} as const;
