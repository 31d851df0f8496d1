import { z } from 'zod';
import { command } from './command.ts';

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

/** Learning on the user's own machine. */
export const trainingCommands = {
  'training.encoder': command(
    'Teach an encoder of faces what a stronger one knows',
    z.object({
      /** The encoder to learn from, by its id. */
      teacher: z.string().min(1),
      /** Folders with photos, or with one subfolder of photos per person. */
      images: z.array(z.string().min(1)).min(1),
      /** The encoder whose weights the student begins with. */
      from: z.string().min(1).default('encoder-resnet29'),
      /** What the new model is called. */
      id: z.string().regex(/^[a-z0-9][a-z0-9-]{1,63}$/u),
      /** Aligned faces and the checkpoint lie here; the same folder goes on from them. */
      work: z.string().min(1),
      seed: z.int().nonnegative().default(1),
      /** Passes over the photos after the last layer is fitted; 0 fits the last layer alone. */
      epochs: z.int().nonnegative().default(0),
      batch: z.int().min(2).max(512).default(32),
      /** Layers whose names begin so keep their weights. */
      freeze: z.array(z.string().min(1)).default(['conv32_']),
      learningRate: z.number().positive().default(0.3),
      /** Penalty on the fitted last layer. */
      penalty: z.number().positive().default(0.1),
      /** Shares of the labelled people who do not train. */
      validation: Share.default(0.1),
      test: Share.default(0.2),
    }),
    EncoderTraining,
  ),
} as const;
