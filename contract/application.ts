import { z } from 'zod';
import { OwnersPlace, ReadableFile, ReadableFolder, WritableFile } from './places.ts';
import { ModelSummary } from './models.ts';
import { ProofFinding, PersonId, Provider, Quality, Face, ImageSource } from './values.ts';
import { command } from './command.ts';

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

const Pin = z.string().regex(/^\d{4,12}$/u, 'must be 4 to 12 digits');

/** What a window needs around the use cases proper. */
/** A file that is there already is replaced. */
const Replace = z.boolean().default(false);

export const applicationCommands = {
  'diagnostics.doctor': command({
    summary: 'Health of runtime, models, providers and database',
    input: z.object({}),
    output: z.object({
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
    callers: ['program'],
  }),

  'system.status': command({
    summary: 'What runs where',
    input: z.object({}),
    output: SystemStatus,
    callers: ['kiosk', 'program'],
  }),

  'settings.get': command({
    summary: 'All settings',
    input: z.object({}),
    output: z.object({ settings: Settings }),
    callers: ['kiosk', 'program'],
  }),
  'settings.set': command({
    summary: 'Change some settings; the others stay',
    input: z.object({ changes: SettingsChanges }),
    output: z.object({ settings: Settings }),
    changes: ['activity.added'],
  }),

  'activity.list': command({
    summary: 'What was done, the newest first',
    input: z.object({
      kinds: z.array(ActivityKind).max(100).optional(),
      person: PersonId.optional(),
      /** Entries older than the one of this number. */
      before: z.int().positive().optional(),
      limit: z.int().min(1).max(1000).default(200),
    }),
    output: z.object({
      entries: z.array(ActivityEntry),
      more: z.boolean(),
      warnings: z.array(z.string()),
    }),
    callers: ['program'],
  }),
  'activity.export': command({
    summary: 'The activity as CSV (RFC 4180, UTF-8, with a byte order mark where Excel needs one)',
    input: z.object({
      kinds: z.array(ActivityKind).max(100).optional(),
      person: PersonId.optional(),
    }),
    output: z.object({ csv: z.string(), rows: z.int() }),
    callers: ['program'],
    changes: ['activity.added'],
    takesProof: () => true,
  }),
  'activity.overdue': command({
    summary:
      'Old entries that wait for somebody to say that the clock is right; null where none do',
    input: z.object({}),
    output: z.object({ hold: RetentionHold.nullable() }),
    callers: ['program'],
  }),
  'activity.expire': command({
    summary: 'Say that the clock is right: what is older than the settings allow is deleted',
    input: z.object({
      /** The day that it is; another one than the clock's is refused. */
      today: Day,
    }),
    output: z.object({ activity: z.int(), attendance: z.int() }),
  }),
  'attendance.list': command({
    summary: 'Who was seen on which day, first and last',
    input: z.object({ from: Day, to: Day }),
    output: z.object({ entries: z.array(AttendanceEntry), warnings: z.array(z.string()) }),
    callers: ['program'],
  }),
  'attendance.export': command({
    summary: 'Attendance as CSV, its times in the zone of the day (RFC 4180, UTF-8)',
    input: z.object({ from: Day, to: Day }),
    output: z.object({ csv: z.string(), rows: z.int() }),
    callers: ['program'],
    changes: ['activity.added'],
    takesProof: () => true,
  }),

  'kiosk.setPin': command({
    summary: 'Set or change the PIN that ends the kiosk',
    input: z.object({ pin: Pin, current: z.string().max(12).optional() }),
    output: z.object({}),
    // A PIN that is changed is its own proof.
    takesProof: (input) => !Object.hasOwn(input, 'current'),
  }),
  'kiosk.lock': command({
    summary:
      'Begin the kiosk; it outlasts a restart, and changes of people can no longer be undone',
    input: z.object({}),
    output: z.object({}),
  }),
  'kiosk.unlock': command({
    summary: 'End the kiosk; wrong PINs are answered ever more slowly',
    input: z.object({ pin: z.string().max(12) }),
    output: z.object({}),
    callers: ['kiosk'],
  }),

  'access.listKeys': command({
    summary: 'Keys of other programs',
    input: z.object({}),
    output: z.object({ keys: z.array(ApiKey) }),
  }),
  'access.createKey': command({
    summary: 'Make a key for another program; it is shown this once',
    input: z.object({ name: z.string().trim().min(1).max(100) }),
    output: z.object({ key: ApiKey, secret: z.string() }),
    changes: ['activity.added'],
    takesProof: () => true,
  }),
  'access.revokeKey': command({
    summary: 'Refuse a key from now on',
    input: z.object({ id: z.int().positive() }),
    output: z.object({}),
    changes: ['activity.added'],
  }),

  'access.listFolders': command({
    summary: 'Folders that programs with a key may read or write',
    input: z.object({}),
    output: z.object({ folders: ProgramFolders }),
  }),
  'access.allowFolder': command({
    summary:
      'Let programs with a key read, or also write, what lies in a folder; they name files `name/file`',
    input: z.object({
      /** How programs call it; one of that name is replaced. */
      name: FolderName,
      path: ReadableFolder,
      access: FolderAccess.default('read'),
    }),
    output: z.object({ folder: ProgramFolder }),
    takesProof: () => true,
  }),
  'access.removeFolder': command({
    summary: 'Let no program into a folder any more',
    input: z.object({ name: FolderName }),
    output: z.object({}),
  }),

  'backup.create': command({
    summary: 'Copy the database into one file, while it is in use',
    input: z.object({ file: WritableFile, replace: Replace }),
    output: z.object({ file: OwnersPlace, bytes: z.int(), people: z.int() }),
    callers: ['program'],
    changes: ['activity.added'],
    takesProof: () => true,
  }),
  'backup.restore': command({
    summary: 'Replace the database by a backup; what was there is kept beside it',
    input: z.object({ file: ReadableFile }),
    output: z.object({
      people: z.int(),
      templates: z.int(),
      formerKept: OwnersPlace,
      warnings: z.array(z.string()),
    }),
    changes: ['people.changed', 'models.changed', 'activity.added'],
    takesProof: () => true,
  }),

  'files.browse': command({
    summary: 'What lies in a folder of this machine, for somebody who chooses a path',
    input: z.object({
      /** Where to look; the home folder if absent. Of a path that is not there, what there is of it. */
      at: ReadableFolder.optional(),
      /** Only files that end so, such as `.db`; all if absent. */
      endings: z.array(z.string().max(16)).max(16).optional(),
    }),
    output: z.object({
      folder: z.string(),
      /** Null at the top. */
      parent: z.string().nullable(),
      /** Folders first, hidden ones left out, at most 2,000. */
      entries: z.array(
        z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'file']) }),
      ),
      home: z.string(),
      separator: z.enum(['/', '\\']),
    }),
  }),

  'pictures.add': command({
    summary: 'Hand a picture over that a later command takes by path',
    input: z.object({ image: ImageSource }),
    output: z.object({ picture: StoredPicture }),
    callers: ['program'],
  }),
  'pictures.show': command({
    summary:
      'A picture at no more than some size, as JPEG (PNG where it is transparent); it is not kept',
    input: z.object({ image: ImageSource, size: z.int().min(16).max(4096).default(1024) }),
    output: z.object({ bytes: Bytes, width: z.int(), height: z.int() }),
    callers: ['program'],
  }),

  'samples.list': command({
    summary: 'The sample photos that ship with Likeness',
    input: z.object({}),
    output: z.object({
      pictures: z.array(StoredPicture),
      /** Made-up names of the people that `samples.enroll` enrolls. */
      people: z.array(z.string()),
    }),
    callers: ['program'],
  }),
  'samples.styles': command({
    summary:
      'The pictures that ship with Likeness to paint with: photos, and styles that it has drawn itself',
    input: z.object({}),
    output: z.object({
      /** The first is meant to be painted first. */
      photos: z.array(StoredPicture),
      /** Their names say what they are, such as "watercolor". */
      styles: z.array(StoredPicture),
    }),
    callers: ['program'],
  }),
  'samples.enroll': command({
    summary: 'Enroll the people of some sample photos under made-up names',
    input: z.object({}),
    output: z.object({
      enrolled: z.int(),
      /** Where the people were found. */
      photos: z.array(
        z.object({
          picture: StoredPicture,
          /** From left to right. */
          faces: z.array(
            z.object({
              face: Face,
              name: z.string(),
              /** Why the face was not enrolled, if it was not. */
              refusal: z.string().nullable(),
            }),
          ),
        }),
      ),
      /** Sample photos of people who are now enrolled, to be identified. */
      probes: z.array(StoredPicture),
    }),
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
  'samples.remove': command({
    summary: 'Delete everybody who is known from sample photos alone',
    input: z.object({
      /** Only says how many they are. */
      dryRun: z.boolean().default(false),
    }),
    output: z.object({ people: z.int() }),
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
} as const;
