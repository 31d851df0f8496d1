import { z } from 'zod';
import { command } from './command.ts';
import { Evaluation, ModelKey, Ran } from './models.ts';
import { OwnersPlace, ReadableFile, ReadableFolder } from './places.ts';
import { FolderUse } from './values.ts';

const Rate = z.number().min(0).max(1);
const Interval = z.object({ low: z.number(), high: z.number() });

/**
 * What a threshold rests on. `observed`: seen among the people at hand. `extrapolated`: the gallery is
 * larger than they are many, and the rate an upper bound. `too-few`: fewer than three pairs of them
 * are as near as that, so the threshold is at most the model's own.
 */
const Basis = z.enum(['observed', 'extrapolated', 'too-few']);

/** A wanted rate of false identification with a gallery of so many people. */
const CalibrationPoint = z.object({
  gallery: z.int(),
  wanted: Rate,
  threshold: z.number(),
  /** Of this threshold, among the people themselves, as the mean over all galleries. */
  fpir: Rate,
  /** Null where nobody has a photo besides the templates. */
  fnir: Rate.nullable(),
  /** Pairs of people at the threshold or nearer. */
  pairs: z.int(),
  basis: Basis,
  /** 95 %: what measuring on as many other people gives, as the mean over galleries. */
  measured: Interval,
  /** 95 %: the same for one gallery alone; null where it leaves no stranger. */
  oneGallery: Interval.nullable(),
});

const RateCurve = z.object({
  gallery: z.int(),
  points: z.array(
    z.object({
      threshold: z.number(),
      fpir: Rate,
      /** 95 %, of resampled people. */
      fpirBand: Interval,
      fnir: Rate.nullable(),
      fnirBand: Interval.nullable(),
    }),
  ),
});

/** How the threshold for a wanted rate moves with the number of people enrolled. */
const Growth = z.object({
  wanted: Rate,
  points: z.array(
    z.object({
      gallery: z.int(),
      threshold: z.number(),
      band: Interval,
      fnir: Rate.nullable(),
      basis: Basis,
    }),
  ),
});

/** Open-set identification on one's own people, in numbers alone: no photo, no name. */
export const Calibration = z.object({
  model: z.string(),
  version: z.string(),
  /** `shipped`: on other people's photos, before the model was shipped. */
  source: z.enum(['gallery', 'images', 'shipped']),
  /** The folder of photos; null where there was none, or it lay on another machine. */
  images: OwnersPlace.nullable(),
  people: z.int(),
  templates: z.int(),
  photos: z.int(),
  withoutFace: z.int(),
  /** The rate that was asked for; `points`, `growth` and `calibration.apply` have others besides. */
  wanted: Rate,
  /** For the sizes asked for and as many people as are enrolled, each with every rate. */
  points: z.array(CalibrationPoint),
  curves: z.array(RateCurve),
  growth: z.array(Growth),
  createdAt: z.iso.datetime(),
});
export type Calibration = z.infer<typeof Calibration>;

/** What identification does with it. */
const AppliedCalibration = z.object({
  fpir: Rate,
  /** For as many people as are enrolled now. */
  threshold: z.number(),
  people: z.int(),
  basis: Basis,
  calibratedAt: z.iso.datetime(),
});
export type AppliedCalibration = z.infer<typeof AppliedCalibration>;

/** Whose word the threshold of an identification is. */
export const ThresholdSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('asked') }),
  z.object({ kind: z.literal('model') }),
  AppliedCalibration.extend({ kind: z.literal('calibration') }),
]);
export type ThresholdSource = z.infer<typeof ThresholdSource>;

const Kept = z.object({
  /** The latest of the encoder in use; null where there is none. */
  calibration: Calibration.nullable(),
  /** Null: the threshold that the model brought along. */
  applied: AppliedCalibration.nullable(),
});

/** What a threshold would do with as many people as are enrolled now. */
const Expectation = z.object({
  threshold: z.number(),
  /** False-positive identification rate: strangers who would be named, as a share of all strangers. */
  named: Rate,
  /** 95 %: what measuring on as many other people gives. */
  namedInterval: Interval,
  /** False-negative identification rate: enrolled people who would not be named; null where unknown. */
  missed: Rate.nullable(),
  basis: Basis,
});
export type Expectation = z.infer<typeof Expectation>;

/** Every rate that may be accepted, and what it would do to the people who are enrolled now. */
const Outlook = z.object({
  model: ModelKey,
  /** Enrolled with any encoder. */
  people: z.int(),
  /** Whose photos the figures come from; null where nothing was measured: there are no choices. */
  measured: Calibration.pick({
    source: true,
    images: true,
    people: true,
    photos: true,
    createdAt: true,
  }).nullable(),
  /**
   * The figures are at most what is stated: more people are enrolled than were measured, or each has
   * more photos than those who were.
   */
  atMost: z.boolean(),
  /** By wanted rate, the strictest first. */
  choices: z.array(Expectation.extend({ wanted: Rate })),
  /** At the threshold in use; null where it is not known, or the model is not in use. */
  now: Expectation.nullable(),
  /** The wanted rate that identification keeps to; null: the model's own threshold is in use. */
  applied: Rate.nullable(),
});
export type Outlook = z.infer<typeof Outlook>;

/** `boxes.json`: by the path of a photo below its folder, [x, y, width, height] of each face. */
export const FaceBoxes = z.record(
  z.string(),
  z.array(z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()])),
);
export type FaceBoxes = z.infer<typeof FaceBoxes>;

/** How many known faces are found, at the settings that everything else uses. */
export const DetectionEvaluation = z.object({
  /** The detector. */
  model: z.string(),
  /** Photos that were looked at; those without faces are counted apart. */
  photos: z.int(),
  /** Of both folders. */
  ...FolderUse,
  /** Known faces, … */
  faces: z.int(),
  /** … and those of them that were found. */
  found: z.int(),
  recall: Rate,
  /** 95 %, by the number of faces alone. */
  recallInterval: Interval,
  /** Found where there is no face, per photo, … */
  falseAlarmsPerPhoto: z.number(),
  /** … and in photos that are said to have none; null where there were no such photos. */
  withoutFaces: z.object({ photos: z.int(), falseAlarms: z.int() }).nullable(),
  /** By the folder that photos lie in; empty for those in the root. */
  groups: z.array(
    z.object({
      group: z.string(),
      photos: z.int(),
      faces: z.int(),
      found: z.int(),
      /** Null where none of its photos has a known face. */
      recall: Rate.nullable(),
      recallInterval: Interval,
    }),
  ),
  /** At an intersection over union of one half; null where it is not known where the faces are. */
  averagePrecision: Rate.nullable(),
  /** As the score that is asked for falls; empty where it is not known where the faces are. */
  curve: z.array(z.object({ score: z.number(), precision: Rate, recall: Rate })),
  /** Photos of which a known face was not found. */
  missed: z.array(OwnersPlace),
  ...Ran,
});
export type DetectionEvaluation = z.infer<typeof DetectionEvaluation>;

const WantedRate = z.number().min(0.0001).max(0.5);

export const evaluationCommands = {
  'evaluation.last': command({
    summary: 'The latest measurement of the encoder in use; null where there is none',
    input: z.object({}),
    output: z.object({
      evaluation: z
        .object({ images: OwnersPlace, createdAt: z.iso.datetime(), result: Evaluation })
        .nullable(),
    }),
    callers: ['program'],
  }),
  'evaluation.run': command({
    summary: 'Measure recognition on labeled photos',
    input: z.object({
      images: ReadableFolder,
      /** An LFW pairs file, or every photo against every other. */
      comparisons: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('pairs'), file: ReadableFile }),
        z.object({ kind: z.literal('all'), maxPerPerson: z.int().min(1).optional() }),
      ]),
    }),
    output: Evaluation,
    callers: ['program'],
  }),

  'evaluation.detection': command({
    summary: 'Measure how many faces of labeled photos are found, and what else is taken for one',
    input: z.object({
      /** Photos, in folders by group or not. */
      images: ReadableFolder,
      /**
       * Where the faces are: by the path of a photo below the folder, a list of [x, y, width, height] in
       * pixels of the upright picture; a photo that is not listed has none. Absent: `boxes.json` of the
       * folder where it is there, else one face per photo, found wherever something is found.
       */
      boxes: ReadableFile.optional(),
      /** Photos without a face, on which every find is a false alarm. */
      withoutFaces: ReadableFolder.optional(),
    }),
    output: DetectionEvaluation,
    callers: ['program'],
  }),

  'calibration.run': command({
    summary: 'Find thresholds for wanted rates of false identification',
    input: z.object({
      /** The enrolled people, or a folder with a subfolder of photos per person. */
      source: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('gallery') }),
          z.object({
            kind: z.literal('images'),
            root: ReadableFolder,
            /** The first so many photos of each person are their templates. */
            templates: z.int().min(1).max(100).default(1),
          }),
        ])
        .default({ kind: 'gallery' }),
      /** False-positive identification rate that is accepted. */
      fpir: WantedRate.default(0.01),
      /** Numbers of people enrolled to report on. */
      sizes: z.array(z.int().min(1).max(1_000_000)).min(1).max(8).default([10, 100, 1000]),
      /** Have identification follow it from now on. */
      apply: z.boolean().default(true),
      seed: z.int().nonnegative().default(1),
    }),
    output: z.object({
      calibration: Calibration,
      applied: AppliedCalibration.nullable(),
      /** Nearer to each other than half of the photos of one person: one person under two names? */
      ...FolderUse,
      alike: z.array(z.object({ people: z.tuple([z.string(), z.string()]), distance: z.number() })),
      warnings: z.array(z.string()),
      elapsedMs: z.number(),
    }),
    callers: ['program'],
    changes: ['activity.added'],
  }),
  'calibration.last': command({
    summary: 'What was last calibrated, and what is applied',
    input: z.object({}),
    output: Kept,
    callers: ['program'],
  }),
  'calibration.outlook': command({
    summary: 'What each rate that may be accepted would do to the people enrolled now',
    input: z.object({
      /** An encoder; the one in use if absent. */
      model: ModelKey.optional(),
      /** `shipped`: the figures that came with the model, even where there are own ones. */
      figures: z.enum(['latest', 'shipped']).default('latest'),
      /** As if so many people were enrolled, each with as many photos as those measured. */
      people: z.int().min(1).max(1_000_000).optional(),
    }),
    output: Outlook,
    callers: ['program'],
  }),
  'calibration.apply': command({
    summary:
      'Have identification keep to a calibrated rate, or to none; a model that nobody calibrated, by the figures that came with it',
    input: z.object({ fpir: WantedRate.nullable() }),
    output: Kept,
    callers: ['program'],
    changes: ['activity.added'],
  }),
} as const;
