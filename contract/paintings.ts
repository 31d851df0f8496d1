import { z } from 'zod';
import { ErrorData } from './errors.ts';
import { OwnersPlace, QueuedPicture, QueuedOutput, ReadableFile, WritableFile } from './places.ts';
import { PaintingLosses, Provider } from './values.ts';
import { command } from './command.ts';
import { Bytes } from './application.ts';

/** One of the pictures whose manner is taken over. */
const StyleSource = z.object({
  path: QueuedPicture,
  /** Relative to the other styles. */
  weight: z.number().positive().default(1),
  /** A gray picture: the style goes where it is white. Scaled to the content where it must be. */
  mask: QueuedPicture.optional(),
});

/** The same seed gives the same painting, bit for bit, on the CPU of one machine. */
const Seed = z.int().min(0).max(4294967295);

/** Everything that decides what a painting looks like. */
export const PaintingSettings = z.object({
  content: QueuedPicture,
  styles: z.array(StyleSource).min(1).max(8),
  /** Pixels of the longer side. */
  size: z.int().min(32).max(16384).default(512),
  /** At the first, smallest size of the pyramid; the others take their share. */
  steps: z.int().min(1).max(20_000).default(300),
  /** Weight of the style relative to the content; 1 is the customary balance. */
  styleStrength: z.number().positive().max(1000).default(1),
  /** Size of the style pictures relative to the painting: larger gives larger strokes. */
  styleScale: z.number().min(0.1).max(4).default(1),
  /** Catalog id; absent: the style encoder in use. */
  encoder: z.string().min(1).optional(),
  /** Name of a layer of the encoder; absent: the deepest but one. */
  contentLayer: z.string().min(1).optional(),
  /** Weights by layer; absent: the first of every resolution and the deepest, all alike. */
  styleLayers: z.record(z.string().min(1), z.number().positive()).optional(),
  loss: z.enum(['gram', 'swd']).default('gram'),
  optimizer: z.enum(['adam', 'lbfgs']).default('adam'),
  keepColors: z.enum(['none', 'luminance', 'match']).default('none'),
  /** What is painted over: the content, noise, or a picture. */
  initial: z
    .union([z.literal('content'), z.literal('noise'), z.object({ path: QueuedPicture })])
    .default('content'),
  seed: Seed.default(0),
  /** 10⁶ bytes that the painting process may take; absent: half of the machine's. */
  memoryBudgetMb: z.int().min(200).optional(),
});
export type PaintingSettings = Readonly<z.infer<typeof PaintingSettings>>;

/** What is known before the first step. */
export const PaintingEstimate = z.object({
  width: z.int(),
  height: z.int(),
  encoder: z.string(),
  /** False: the encoder is random, and the painting will be plainer. */
  trained: z.boolean(),
  /** Over all sizes of the painting; the settings name those of the first. */
  steps: z.int().positive(),
  /** 1: the whole picture at once. */
  tiles: z.int().positive(),
  memoryMb: z.number(),
  seconds: z.number(),
});
export type PaintingEstimate = z.infer<typeof PaintingEstimate>;

export const PaintingResult = z.object({
  output: OwnersPlace,
  width: z.int(),
  height: z.int(),
  encoder: z.string(),
  provider: Provider,
  steps: z.int(),
  losses: PaintingLosses,
  elapsedMs: z.number(),
  secondsPerStep: z.number(),
  peakMemoryMb: z.number(),
  predictedMemoryMb: z.number(),
  tiles: z.int(),
  warnings: z.array(z.string()),
});
export type PaintingResult = z.infer<typeof PaintingResult>;

/**
 * `queued`: waits for its turn. `running`: a process paints. `paused`: somebody stopped it, or its
 * process is gone; it goes on where it was. `done`, `failed`, `cancelled`: over.
 */
export const JobState = z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof JobState>;

export const JobProgress = z.object({
  /** Counted over all sizes of the painting, as `steps` is. */
  step: z.int(),
  steps: z.int(),
  losses: PaintingLosses,
  /** Of all work, 0 to 1; absent where an earlier version has painted it. */
  share: z.number().optional(),
  secondsLeft: z.number(),
});
export type JobProgress = z.infer<typeof JobProgress>;

export const PaintingJob = z.object({
  id: z.int().positive(),
  state: JobState,
  settings: PaintingSettings,
  output: OwnersPlace,
  /** Null before the first step. */
  progress: JobProgress.nullable(),
  /** Of a job that is done. */
  result: PaintingResult.nullable(),
  /** Of a job that has failed. */
  error: ErrorData.nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type PaintingJob = z.infer<typeof PaintingJob>;

const JobNumber = z.object({ id: z.int().positive() });
/** Files that are there already are replaced. */
const Replace = z.boolean().default(false);
const Job = z.object({ job: PaintingJob });

/** Paintings, each a job that can be followed, paused and taken up again. */
export const paintingCommands = {
  'paintings.estimate': command({
    summary: 'Say what a painting will take before it is begun',
    input: z.object({ settings: PaintingSettings }),
    output: z.object({ estimate: PaintingEstimate, warnings: z.array(z.string()) }),
    callers: ['program'],
  }),
  'paintings.create': command({
    summary: 'Queue a painting',
    input: z.object({
      settings: PaintingSettings,
      /**
       * The file to write: .png, .jpg, .webp, or .tif for 16 bits per channel. Absent: a 16-bit TIFF
       * among the paintings of the data folder.
       */
      output: QueuedOutput.optional(),
      /** A JPEG that is written again and again while the painting grows. */
      previewFile: QueuedOutput.optional(),
      replace: Replace,
    }),
    output: Job,
    callers: ['program'],
  }),
  'paintings.list': command({
    summary: 'All paintings, the newest first',
    input: z.object({}),
    output: z.object({ jobs: z.array(PaintingJob) }),
    callers: ['program'],
  }),
  'paintings.show': command({
    summary: 'One painting',
    input: JobNumber,
    output: Job,
    callers: ['program'],
  }),
  'paintings.wait': command({
    summary: 'Follow a painting until it is over or paused; stopping this pauses it',
    input: JobNumber,
    output: Job,
    callers: ['program'],
  }),
  'paintings.pause': command({
    summary: 'Stop a painting; it can go on later',
    input: JobNumber,
    output: Job,
    callers: ['program'],
  }),
  'paintings.resume': command({
    summary: 'Let a paused or failed painting go on where it was',
    input: JobNumber.extend({
      /** Another file to write than before. */
      output: QueuedOutput.optional(),
      previewFile: QueuedOutput.optional(),
    }),
    output: Job,
    callers: ['program'],
    besides: {
      reads: 'pictures of the painting',
      writes: 'the output and preview of the painting',
    },
  }),
  'paintings.cancel': command({
    summary: 'Give a painting up',
    input: JobNumber,
    output: Job,
    callers: ['program'],
  }),
  'paintings.export': command({
    summary: 'Write the picture of a finished painting in another format, settings inside',
    input: JobNumber.extend({
      format: z.enum(['png', 'jpeg', 'tiff', 'webp']),
      file: WritableFile.optional(),
      replace: Replace,
    }),
    output: z.object({
      /** Where it was written; null where no file was named. */
      file: OwnersPlace.nullable(),
      /** The encoded picture; null where a file was named. */
      bytes: Bytes.nullable(),
    }),
    callers: ['program'],
    changes: ['activity.added'],
    besides: { reads: 'the output of the painting' },
  }),
  'paintings.remove': command({
    summary: 'Take a painting that is over out of the history; its file stays',
    input: JobNumber,
    output: z.object({}),
    callers: ['program'],
  }),
  'paintings.recall': command({
    summary: 'Read the settings that a painting carries in its file',
    input: z.object({ picture: ReadableFile }),
    output: z.object({ settings: PaintingSettings }),
    callers: ['program'],
  }),
} as const;
