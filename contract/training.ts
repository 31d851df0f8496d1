import { z } from 'zod';
import { NewModelId } from './models.ts';
import { command } from './command.ts';
import { ReadableFolder, WritableFolder, OwnersPlace } from './places.ts';
import { FolderUse } from './values.ts';

const Share = z.number().min(0).max(0.9);

/** How well encodings tell people apart, every photo against every other. */
const Separation = z.object({
  mated: z.int(),
  nonMated: z.int(),
  /** Share of mated comparisons that are accepted at each false-match rate. */
  tar: z.array(z.object({ far: z.number(), tar: z.number() })),
  eer: z.number(),
});
export type Separation = z.infer<typeof Separation>;

const Epoch = z.object({
  /** 0: the last layer fitted, all others as they were. */
  epoch: z.int(),
  loss: z.number().nullable(),
  /** Mean cosine between student and teacher. */
  cosine: z.number().nullable(),
  validation: Separation.nullable(),
});

export const EncoderTraining = z.object({
  ...FolderUse,
  model: z.object({ id: z.string(), bytes: z.int(), sha256: z.string() }),
  /** Photos that were looked at, and those without a usable face. */
  photos: z.int(),
  withoutFace: z.int(),
  faces: z.object({ training: z.int(), validation: z.int(), test: z.int() }),
  parameters: z.int(),
  /** How many of the parameters were trained. */
  trained: z.int(),
  curve: z.array(Epoch),
  /** On the people who took no part; null without two photos of one of them. */
  test: z.object({
    former: Separation.nullable(),
    trained: Separation.nullable(),
    teacher: Separation.nullable(),
  }),
  seconds: z.number(),
});
export type EncoderTraining = z.infer<typeof EncoderTraining>;

const Measured = Separation.extend({
  /** Share of right answers at the best threshold, both kinds of pair weighing the same. */
  accuracy: z.number(),
});
export type Measured = z.infer<typeof Measured>;

const EncoderMeasurement = z.object({
  clean: Measured.nullable(),
  /** Photos of the bad camera against all other clean photos; null for a good camera. */
  probes: Measured.nullable(),
});

export const TripletTraining = z.object({
  ...FolderUse,
  model: z.object({ id: z.string(), bytes: z.int(), sha256: z.string() }),
  startedFrom: z.string(),
  photos: z.int(),
  withoutFace: z.int(),
  /** Photos left out: the same picture under two names, or twice under one. */
  contradictory: z.array(z.string()),
  repeated: z.array(z.string()),
  faces: z.object({ training: z.int(), validation: z.int(), test: z.int() }),
  /** People who train and have one photo: they serve as negatives only. */
  negativesOnly: z.int(),
  parameters: z.int(),
  trained: z.int(),
  camera: z.enum(['good', 'bad']),
  curve: z.array(
    z.object({
      /** 0: before any step. */
      epoch: z.int(),
      mining: z.string().nullable(),
      loss: z.number().nullable(),
      /** Share of the triplets considered that are above zero. */
      active: z.number().nullable(),
      validation: Measured.nullable(),
      probes: Measured.nullable(),
    }),
  ),
  /** The epoch whose weights were kept. */
  best: z.int(),
  /** On the people who took no part. */
  test: z.object({ before: EncoderMeasurement, after: EncoderMeasurement }),
  seconds: z.number(),
});
export type TripletTraining = z.infer<typeof TripletTraining>;

/** Learning on the user's own machine. */
export const trainingCommands = {
  'training.encoder': command({
    summary: 'Teach an encoder of faces what a stronger one knows',
    input: z.object({
      /** The encoder to learn from, by its id. */
      teacher: z.string().min(1),
      /** Folders with photos, or with one subfolder of photos per person. */
      images: z.array(ReadableFolder).min(1).max(1000),
      /** The encoder whose weights the student begins with. */
      from: z.string().min(1).default('encoder-resnet29'),
      /** What the new model is called. */
      id: NewModelId,
      /** Aligned faces and the checkpoint lie here; the same folder goes on from them. */
      work: WritableFolder,
      seed: z.int().nonnegative().default(1),
      /** Passes over the photos after the last layer is fitted; 0 fits the last layer alone. */
      epochs: z.int().nonnegative().default(0),
      batch: z.int().min(2).max(512).default(32),
      /** Layers whose names begin so keep their weights. */
      freeze: z.array(z.string().min(1)).max(1000).default(['conv32_']),
      learningRate: z.number().positive().default(0.3),
      /** Penalty on the fitted last layer. */
      penalty: z.number().positive().default(0.1),
      /** Shares of the labeled people who do not train. */
      validation: Share.default(0.1),
      test: Share.default(0.2),
    }),
    output: EncoderTraining,
  }),
  'training.triplets': command({
    summary: 'Train an encoder of faces with triplets, from a model or from random weights',
    input: z.object({
      /** Folders with one subfolder of photos per person. */
      images: z.array(ReadableFolder).min(1).max(1000),
      /** A model to begin with, or a network of random weights. */
      start: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('model'), id: z.string().min(1) }),
        z.object({ kind: z.literal('architecture'), name: z.enum(['compact']) }),
      ]),
      id: NewModelId,
      /** Aligned faces, views and the checkpoint lie here; the same folder goes on from them. */
      work: WritableFolder,
      seed: z.int().nonnegative().default(1),
      /** Three for a model, thirty for random weights, if absent. */
      epochs: z.int().positive().optional(),
      /** P and K: people of a batch and photos of each. */
      people: z.int().min(1).max(128).default(16),
      photos: z.int().min(2).max(16).default(4),
      /** Further people of a batch who have one photo each. */
      singles: z.int().nonnegative().max(128).default(16),
      mining: z.enum(['curriculum', 'batch-all', 'semi-hard', 'batch-hard']).default('curriculum'),
      margin: z.number().positive().max(4).default(0.3),
      /** Layers whose names begin so keep their weights. */
      freeze: z.array(z.string().min(1)).max(1000).default([]),
      /** Views of each photo where the lowest layers are frozen. */
      views: z.int().min(2).max(64).default(4),
      /** `bad`: every other view is as a bad camera would have it. */
      camera: z.enum(['good', 'bad']).default('good'),
      /** How strongly encodings of clean views are held to what the model said of the photo before. */
      pull: z.number().nonnegative().optional(),
      /** Where the result lies between the weights before (0) and after training (1). */
      blend: z.number().min(0).max(1).optional(),
      learningRate: z.number().positive().optional(),
      /** Epochs without a better validation after which the training ends. */
      patience: z.int().positive().default(1000),
      validation: Share.default(0.1),
      test: Share.default(0.4),
    }),
    output: TripletTraining,
  }),
} as const;

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
  'training.styleEncoder': command({
    summary: 'Teach a small encoder of style what a large one says of pictures',
    input: z.object({
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
    output: StyleEncoderTraining,
  }),
} as const;
