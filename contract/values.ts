import { z } from 'zod';
import { OwnersPlace, ReadableFile } from './places.ts';

/** A person's number in the database: positive, never used twice. */
export const PersonId = z.int().positive();
export type PersonId = z.infer<typeof PersonId>;

/** Zero-width joiner and non-joiner: Persian, Sinhala and family emoji are written with them. */
const JOINERS = String.raw`\u200C\u200D`;

/** At the ends of a name a joiner joins nothing, and makes two names of one. */
const EDGES = new RegExp(`^[\\s${JOINERS}]+|[\\s${JOINERS}]+$`, 'gu');

/**
 * What people type for a name: 1–200 characters, trimmed, some of them visible, without control
 * characters and without marks that turn the direction of what follows.
 */
/** Others whose names differ only in case, spelling or what is invisible. */
export const Namesakes = z.array(z.object({ id: PersonId, name: z.string() }));
export type Namesakes = z.infer<typeof Namesakes>;

export const PersonName = z
  .string()
  .transform((name) => name.normalize('NFC').replace(EDGES, '').trim().replace(/\s+/gu, ' '))
  .pipe(
    z
      .string()
      .min(1, 'is empty')
      .max(200, 'is longer than 200 characters')
      .regex(new RegExp(`^[\\P{C}${JOINERS}]*$`, 'u'), 'has control characters')
      .regex(/(?!\p{Default_Ignorable_Code_Point}|\u2800)[\p{L}\p{N}\p{P}\p{S}]/u, 'shows nothing'),
  );

/** Pixels of the upright picture (after EXIF orientation); may reach beyond its border. */
export const Box = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
});
export type Box = Readonly<z.infer<typeof Box>>;

/** (x, y) in pixels of the upright picture. */
export const Point = z.tuple([z.number(), z.number()]);
export type Point = readonly [number, number];

/** What may be wrong with a face, as facts: each shell has its own words. */
export const qualityFlaws = [
  'small',
  'blurred',
  'dark',
  'bright',
  'flat',
  'turned',
  'raised',
  'lowered',
  'uncertain',
] as const;
export const QualityFlaw = z.enum(qualityFlaws);
export type QualityFlaw = z.infer<typeof QualityFlaw>;

export const Quality = z.object({
  /** 0 (useless) to 1 (studio portrait). */
  score: z.number().min(0).max(1),
  /** Sentences for a person, worst first; empty where nothing is wrong. */
  reasons: z.array(z.string()),
  /** The same as codes, in the same order. */
  flaws: z.array(QualityFlaw),
  measures: z.object({
    /** Pixels between the centers of the eyes. */
    eyeDistance: z.number(),
    /** 0…1: of the aligned chip, in the direction in which it is least sharp; below 0.375 it is blurred. */
    sharpness: z.number(),
    /** 0…1: how well the chip's brightness fills the range without clipping. */
    exposure: z.number(),
    /** Degrees, estimated from the landmarks. */
    yaw: z.number(),
    pitch: z.number(),
    roll: z.number(),
    /** The detector's score, 0…1. */
    detection: z.number(),
  }),
});
export type Quality = z.infer<typeof Quality>;

export const Face = z.object({
  box: Box,
  /** The detector's score, 0…1. */
  score: z.number(),
  /** The 68 points of the iBUG 300-W mark-up. */
  landmarks: z.array(Point).length(68),
  quality: Quality,
});
export type Face = z.infer<typeof Face>;

/** A picture by path (it never leaves the machine, so a path is enough) or as encoded bytes. */
export const ImageSource = z.union([
  z.object({ path: ReadableFile }),
  z.object({ bytes: z.instanceof(Uint8Array), name: z.string().max(1000) }),
]);
export type ImageSource = z.infer<typeof ImageSource>;

/** `auto` picks the platform's best; the others force one. */
export const providerNames = ['cpu', 'cuda', 'directml', 'coreml', 'webgpu'] as const;
export const Provider = z.enum(providerNames);
export type Provider = z.infer<typeof Provider>;
export const ProviderChoice = z.enum(['auto', ...providerNames]);
export type ProviderChoice = z.infer<typeof ProviderChoice>;

/** What came of trying a provider, as facts: each shell has its own words. */
export const proofFindings = [
  'agrees',
  'differs',
  /** The runtime has no library for it here. */
  'library-missing',
  'device-missing',
  'start-failed',
  'run-failed',
  /** The model host itself did not come up. */
  'host-failed',
] as const;
export const ProofFinding = z.enum(proofFindings);
export type ProofFinding = z.infer<typeof ProofFinding>;

export const Refusal = z.object({
  file: OwnersPlace,
  code: z.string(),
  message: z.string(),
  /** The facts of the error of that code, from which each shell makes its own sentence. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Refusal = z.infer<typeof Refusal>;

/** Of a folder that was looked through: every file was used, or is listed with the reason why not. */
export const FolderUse = {
  /** Files found. */
  files: z.int(),
  unused: z.array(Refusal),
};

/** What a person should know of a photo that was used all the same. */
const AboutPhoto = { file: OwnersPlace, /** A sentence for a person. */ message: z.string() };
export const PhotoNote = z.discriminatedUnion('code', [
  /** No face stood upright: clockwise by so many degrees the photo does. Boxes are in its own pixels. */
  z.object({ code: z.literal('photo_turned'), degrees: z.literal([90, 180, 270]), ...AboutPhoto }),
  /** The file is an animation or has several pages. */
  z.object({ code: z.literal('first_frame_used'), frames: z.int(), ...AboutPhoto }),
  /** The picture is so large that faces narrower than this were not looked for, in its pixels. */
  z.object({ code: z.literal('small_faces_missed'), pixels: z.int(), ...AboutPhoto }),
  /** What is said of these faces, by their place in the answer, may well be wrong. */
  z.object({
    code: z.literal('face_poor'),
    faces: z.array(z.int()),
    /** Of the worst of them. */
    quality: Quality,
    ...AboutPhoto,
  }),
]);
export type PhotoNote = z.infer<typeof PhotoNote>;

/** As they enter the sum that is minimized, weights included. */
export const PaintingLosses = z.object({
  content: z.number(),
  style: z.number(),
  totalVariation: z.number(),
});
export type PaintingLosses = z.infer<typeof PaintingLosses>;

export const Progress = z.object({
  /** What is being done, for a person: "Reading photos". */
  stage: z.string(),
  done: z.number(),
  /** Unknown while counting. */
  total: z.number().optional(),
  /** What has just been finished, e.g. "anna/1.jpg"; durable by the time it is reported. */
  item: z.string().optional(),
  /** What became of `item`. */
  outcome: z.enum(['enrolled', 'known', 'refused']).optional(),
  /** A refusal or warning that belongs to `item`. */
  note: z.string().optional(),
  /** The code of the refusal that `note` tells of, and its facts. */
  code: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  /** Of a painting, after its latest step. */
  painting: z
    .object({
      losses: PaintingLosses,
      /** Of all work, 0 to 1: late steps are larger than early ones. */
      share: z.number(),
      secondsLeft: z.number(),
      /** JPEG of the picture so far, at most four times a second. */
      preview: z.instanceof(Uint8Array).optional(),
    })
    .optional(),
});
export type Progress = z.infer<typeof Progress>;

/**
 * Whether an encoding can be compared: all its values are finite and not all are zero. One that is
 * not would be as near to everyone, or to nobody.
 */
export function isUsableEncoding(encoding: Float32Array): boolean {
  let square = 0;
  for (const value of encoding) square += value * value;
  return Number.isFinite(square) && square > 0;
}
