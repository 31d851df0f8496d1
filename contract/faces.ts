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
  Quality,
  Refusal,
} from './values.ts';
import { Ran } from './models.ts';
import { ThresholdSource } from './evaluation.ts';
import { ReadableFolder } from './places.ts';
import { z } from 'zod';
import { command } from './command.ts';
import { Provider } from './values.ts';
import { Bytes, LiveFace } from './application.ts';

const Stream = z.string().min(1).max(100);

/** The camera. One stream per camera view; its frames come in order, the next after the answer. */
const Match = z.object({
  personId: PersonId,
  name: z.string(),
  /** Euclidean, in the model's own encoding space. */
  distance: z.number(),
  /** 0…1, shared by the candidates, the rest of the gallery and "nobody": see docs/how-sure.md. */
  probability: z.number(),
});

export const faceCommands = {
  'faces.detect': command({
    summary: 'Find the faces of a picture',
    input: z.object({ image: ImageSource }),
    output: z.object({
      width: z.int(),
      height: z.int(),
      faces: z.array(Face),
      notes: z.array(PhotoNote),
      ...Ran,
    }),
    callers: ['program'],
  }),
  'enrollment.enroll': command({
    summary: 'Enroll a person from one or more photos',
    input: z.object({
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
    output: z.object({
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
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
  'enrollment.importFolder': command({
    summary: 'Enroll everyone of a folder root/person/*.jpg',
    input: z.object({
      root: ReadableFolder,
      severalFaces: z.enum(['refuse', 'largest']).default('refuse'),
    }),
    output: z.object({
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
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
  'identification.identify': command({
    summary: 'Say who is in a picture (1:k)',
    input: z.object({
      image: ImageSource,
      top: z.int().min(1).max(100).default(5),
      /** Distance at or below which a face counts as identified; the model's default if absent. */
      threshold: z.number().positive().optional(),
    }),
    output: z.object({
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
    callers: ['program'],
    changes: ['activity.added'],
  }),
  'verification.verify': command({
    summary: 'Compare the faces of two pictures (1:1)',
    input: z.object({
      a: ImageSource,
      b: ImageSource,
      threshold: z.number().positive().optional(),
      severalFaces: z.enum(['refuse', 'largest']).default('refuse'),
      /** Give the two aligned faces as pictures, too. */
      chips: z.boolean().default(false),
    }),
    output: z.object({
      model: z.string(),
      chips: z.object({ a: Bytes, b: Bytes }).nullable(),
      distance: z.number(),
      threshold: z.number(),
      same: z.boolean(),
      probability: z.number(),
      notes: z.array(PhotoNote),
      ...Ran,
    }),
    callers: ['program'],
    changes: ['activity.added'],
  }),

  'live.look': command({
    summary: 'Follow the faces of a video: one frame',
    input: z.object({
      stream: Stream,
      /** JPEG or WebP, the longer side at most 1280 pixels. Each may have a size of its own. */
      frame: Bytes,
      /** A track whose face is encoded in this frame in any case; see `confirmed`. */
      watch: z.int().optional(),
      /** Note who is identified: attendance, and the activity where the settings say so. */
      note: z.boolean().default(false),
    }),
    output: z.object({
      faces: z.array(LiveFace),
      provider: Provider,
      elapsedMs: z.number(),
    }),
    callers: ['kiosk', 'program'],
  }),
  'live.end': command({
    summary: 'Forget a video',
    input: z.object({ stream: Stream }),
    output: z.object({}),
    callers: ['kiosk', 'program'],
  }),
} as const;
