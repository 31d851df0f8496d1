import { z } from 'zod';
import { OwnersPlace } from './places.ts';
import { PersonId, Provider, Quality } from './values.ts';

/** An encoded picture as it crosses to a window: JPEG or PNG. */
export const Bytes = z.instanceof(Uint8Array);

/** A number that stays with a template while it exists. */
export const TemplateId = z.int().positive();

/**
 * A part of a frame of a video, in shares of the frame's width and height: 0…1 from left to right and
 * from top to bottom. It may reach beyond the border. The frame that is sent, the one that is cut and
 * the one on the screen differ in pixels; no field is called as those of a box in pixels are, so that
 * one cannot be taken for the other.
 */
export const FramePart = z.object({
  left: z.number(),
  top: z.number(),
  across: z.number().positive(),
  down: z.number().positive(),
});
export type FramePart = Readonly<z.infer<typeof FramePart>>;

/** A face of a live picture. */
export const LiveFace = z.object({
  /**
   * Stays with a face while it is in view, and comes back with it where its encoding is recognized.
   * Never given to another face of the stream, also after the host was started again.
   */
  track: z.int(),
  part: FramePart,
  /** Measured on the frame that was sent. */
  quality: Quality,
  /** The face was encoded in this very frame, and looks as this track has looked before. */
  confirmed: z.boolean(),
  /**
   * `looking`: frames do not agree yet. `identified`: several frames name the same person.
   * `unknown`: several frames agree that it is nobody enrolled.
   */
  decision: z.enum(['looking', 'identified', 'unknown']),
  person: z
    .object({ id: PersonId, name: z.string(), distance: z.number(), probability: z.number() })
    .nullable(),
  /** Of an unknown face: whom it may show nevertheless, the likeliest first; at most two. */
  candidates: z.array(
    z.object({ id: PersonId, name: z.string(), probability: z.number().min(0).max(1) }),
  ),
});
export type LiveFace = z.infer<typeof LiveFace>;

export const activityKinds = [
  'enrolled',
  'imported',
  'identified',
  'verified',
  'renamed',
  'merged',
  'split',
  'template-removed',
  'deleted',
  'painted',
  'exported',
  'settings-changed',
  'key-created',
  'key-revoked',
  'backup',
  'restored',
  'calibrated',
  'model-adopted',
  'rejected',
  'undone',
] as const;
export const ActivityKind = z.enum(activityKinds);
export type ActivityKind = z.infer<typeof ActivityKind>;

export const ActivityEntry = z.object({
  id: z.int().positive(),
  kind: ActivityKind,
  person: z.object({ id: PersonId, name: z.string() }).nullable(),
  /** What was done, in numbers: `{ enrolled: 3, refused: 1 }`. */
  counts: z.record(z.string(), z.number()),
  createdAt: z.iso.datetime(),
});
export type ActivityEntry = z.infer<typeof ActivityEntry>;

/** YYYY-MM-DD in the machine's own time zone. */
export const Day = z.iso.date();

export const AttendanceEntry = z.object({
  person: z.object({ id: PersonId, name: z.string() }),
  day: Day,
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  /** IANA name of the time zone that the day is of; empty: it was not kept then. */
  zone: z.string(),
});
export type AttendanceEntry = z.infer<typeof AttendanceEntry>;

/** Old entries that stay because the clock has jumped ahead, until somebody says that it is right. */
export const RetentionHold = z.object({
  /** What the clock says. */
  today: Day,
  /** When it was last where it could be expected. */
  lastKnown: Day,
  /** How many entries are older than the settings allow, by that clock. */
  activity: z.int(),
  attendance: z.int(),
});
export type RetentionHold = z.infer<typeof RetentionHold>;

const kioskChoices = {
  /** Start into the kiosk. */
  enabled: z.boolean(),
  /** Shown large while nobody is there; empty: the translated default. */
  invitation: z.string().max(200),
  /** Seconds until a result gives way to the invitation. */
  resultSeconds: z.int().min(1).max(60),
  attendance: z.boolean(),
} as const;

/** Without defaults, which a change of one choice would bring along for all others. */
const choices = {
  language: z.enum(['auto', 'en', 'de']),
  theme: z.enum(['system', 'light', 'dark']),
  /** `deviceId` of getUserMedia, or empty for the system's choice. */
  camera: z.string().max(500),
  mirrorCamera: z.boolean(),
  /** Keep a small portrait beside each template, for the People screen. */
  keepPortraits: z.boolean(),
  /** Write who was recognized into the activity. */
  recordRecognitions: z.boolean(),
  /** Entries of activity and attendance older than this are deleted; null keeps them. */
  retentionDays: z.int().min(1).max(3650).nullable(),
  /** The first-start guide has been seen or dismissed. */
  guideDone: z.boolean(),
} as const;

/** Some choices; those that are absent stay as they are. */
export const SettingsChanges = z
  .object({ ...choices, kiosk: z.object(kioskChoices).partial() })
  .partial();

/** Choices that outlive a restart. A default never loosens privacy or security. */
export const Settings = z.object({
  language: choices.language.default('auto'),
  theme: choices.theme.default('system'),
  camera: choices.camera.default(''),
  mirrorCamera: choices.mirrorCamera.default(true),
  keepPortraits: choices.keepPortraits.default(true),
  recordRecognitions: choices.recordRecognitions.default(false),
  retentionDays: choices.retentionDays.default(90),
  guideDone: choices.guideDone.default(false),
  kiosk: z
    .object({
      enabled: kioskChoices.enabled.default(false),
      invitation: kioskChoices.invitation.default(''),
      resultSeconds: kioskChoices.resultSeconds.default(5),
      attendance: kioskChoices.attendance.default(false),
    })
    .prefault({}),
});
export type Settings = z.infer<typeof Settings>;

/** A picture that somebody handed over, kept in the data folder until it is not needed any more. */
export const StoredPicture = z.object({
  /** What `styling.*` takes as a path. */
  path: OwnersPlace,
  /** As it was called where it came from. */
  name: z.string(),
  /** Of the upright picture, in pixels. */
  width: z.int(),
  height: z.int(),
});
export type StoredPicture = z.infer<typeof StoredPicture>;

export const ApiKey = z.object({
  id: z.int().positive(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** Names of folders that Likeness itself hands out to programs: pictures given to it, and its samples. */
export const ownFolders = ['pictures', 'samples'] as const;

/** The first part of a path as programs write it. */
export const FolderName = z
  .string()
  .trim()
  .regex(
    /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._-]{0,62}[\p{L}\p{M}\p{N}])?$/u,
    'must be up to 64 letters and digits; between them also spaces, dots, - and _',
  )
  .refine(
    (name) => !(ownFolders as readonly string[]).includes(name.toLowerCase()),
    'is a name that Likeness uses itself',
  );
export const FolderAccess = z.enum(['read', 'read and write']);
export type FolderAccess = z.infer<typeof FolderAccess>;

/** A folder that programs with a key may use. */
export const ProgramFolder = z.object({
  name: z.string(),
  /** In full and without links. */
  path: OwnersPlace,
  access: FolderAccess,
});
export type ProgramFolder = z.infer<typeof ProgramFolder>;
export const ProgramFolders = z.array(ProgramFolder);

export const HostState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('starting') }),
  z.object({ kind: z.literal('ready'), pid: z.int() }),
  /** It died; the next request starts another. */
  z.object({ kind: z.literal('crashed'), message: z.string() }),
]);
export type HostState = z.infer<typeof HostState>;

export const SystemStatus = z.object({
  version: z.string(),
  platform: z.string(),
  dataFolder: OwnersPlace,
  /** The encoder in use and the device that computes; null until the host has been started. */
  recognition: z
    .object({ encoder: z.string(), provider: Provider, threshold: z.number() })
    .nullable(),
  hosts: z.object({ recognition: HostState, studio: HostState }),
  people: z.int(),
  templates: z.int(),
  /** `locked`: a window locked it, and nobody has ended it since. */
  kiosk: z.object({ pinSet: z.boolean(), locked: z.boolean() }),
});
export type SystemStatus = z.infer<typeof SystemStatus>;
