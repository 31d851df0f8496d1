import { z } from 'zod';
import { command } from './command.ts';
import { OwnersPlace, ReadableFile, ReadableFolder, WritableFile } from './places.ts';
import { Face, ImageSource, PersonId } from './values.ts';
import {
  ActivityEntry,
  ActivityKind,
  ApiKey,
  AttendanceEntry,
  Bytes,
  Day,
  FolderAccess,
  FolderName,
  ProgramFolder,
  ProgramFolders,
  RetentionHold,
  Settings,
  SettingsChanges,
  StoredPicture,
  SystemStatus,
} from './window-values.ts';

const Pin = z.string().regex(/^\d{4,12}$/u, 'must be 4 to 12 digits');

/** What a window needs around the use cases proper. */
/** A file that is there already is replaced. */
const Replace = z.boolean().default(false);

export const applicationCommands = {
  'system.status': command('What runs where', z.object({}), SystemStatus),

  'settings.get': command('All settings', z.object({}), z.object({ settings: Settings })),
  'settings.set': command(
    'Change some settings; the others stay',
    z.object({ changes: SettingsChanges }),
    z.object({ settings: Settings }),
  ),

  'activity.list': command(
    'What was done, the newest first',
    z.object({
      kinds: z.array(ActivityKind).max(100).optional(),
      person: PersonId.optional(),
      /** Entries older than the one of this number. */
      before: z.int().positive().optional(),
      limit: z.int().min(1).max(1000).default(200),
    }),
    z.object({
      entries: z.array(ActivityEntry),
      more: z.boolean(),
      warnings: z.array(z.string()),
    }),
  ),
  'activity.export': command(
    'The activity as CSV (RFC 4180, UTF-8, with a byte order mark where Excel needs one)',
    z.object({ kinds: z.array(ActivityKind).max(100).optional(), person: PersonId.optional() }),
    z.object({ csv: z.string(), rows: z.int() }),
  ),
  'activity.overdue': command(
    'Old entries that wait for somebody to say that the clock is right; null where none do',
    z.object({}),
    z.object({ hold: RetentionHold.nullable() }),
  ),
  'activity.expire': command(
    'Say that the clock is right: what is older than the settings allow is deleted',
    z.object({
      /** The day that it is; another one than the clock's is refused. */
      today: Day,
    }),
    z.object({ activity: z.int(), attendance: z.int() }),
  ),
  'attendance.list': command(
    'Who was seen on which day, first and last',
    z.object({ from: Day, to: Day }),
    z.object({ entries: z.array(AttendanceEntry), warnings: z.array(z.string()) }),
  ),
  'attendance.export': command(
    'Attendance as CSV, its times in the zone of the day (RFC 4180, UTF-8)',
    z.object({ from: Day, to: Day }),
    z.object({ csv: z.string(), rows: z.int() }),
  ),

  'kiosk.setPin': command(
    'Set or change the PIN that ends the kiosk',
    z.object({ pin: Pin, current: z.string().max(12).optional() }),
    z.object({}),
  ),
  'kiosk.lock': command(
    'Begin the kiosk; it outlasts a restart, and changes of people can no longer be undone',
    z.object({}),
    z.object({}),
  ),
  'kiosk.unlock': command(
    'End the kiosk; wrong PINs are answered ever more slowly',
    z.object({ pin: z.string().max(12) }),
    z.object({}),
  ),

  'access.listKeys': command(
    'Keys of other programs',
    z.object({}),
    z.object({ keys: z.array(ApiKey) }),
  ),
  'access.createKey': command(
    'Make a key for another program; it is shown this once',
    z.object({ name: z.string().trim().min(1).max(100) }),
    z.object({ key: ApiKey, secret: z.string() }),
  ),
  'access.revokeKey': command(
    'Refuse a key from now on',
    z.object({ id: z.int().positive() }),
    z.object({}),
  ),

  'access.listFolders': command(
    'Folders that programs with a key may read or write',
    z.object({}),
    z.object({ folders: ProgramFolders }),
  ),
  'access.allowFolder': command(
    'Let programs with a key read, or also write, what lies in a folder; they name files `name/file`',
    z.object({
      /** How programs call it; one of that name is replaced. */
      name: FolderName,
      path: ReadableFolder,
      access: FolderAccess.default('read'),
    }),
    z.object({ folder: ProgramFolder }),
  ),
  'access.removeFolder': command(
    'Let no program into a folder any more',
    z.object({ name: FolderName }),
    z.object({}),
  ),

  'backup.create': command(
    'Copy the database into one file, while it is in use',
    z.object({ file: WritableFile, replace: Replace }),
    z.object({ file: OwnersPlace, bytes: z.int(), people: z.int() }),
  ),
  'backup.restore': command(
    'Replace the database by a backup; what was there is kept beside it',
    z.object({ file: ReadableFile }),
    z.object({
      people: z.int(),
      templates: z.int(),
      formerKept: OwnersPlace,
      warnings: z.array(z.string()),
    }),
  ),

  'files.browse': command(
    'What lies in a folder of this machine, for somebody who chooses a path',
    z.object({
      /** Where to look; the home folder if absent. Of a path that is not there, what there is of it. */
      at: ReadableFolder.optional(),
      /** Only files that end so, such as `.db`; all if absent. */
      endings: z.array(z.string().max(16)).max(16).optional(),
    }),
    z.object({
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
  ),

  'pictures.add': command(
    'Hand a picture over that a later command takes by path',
    z.object({ image: ImageSource }),
    z.object({ picture: StoredPicture }),
  ),
  'pictures.show': command(
    'A picture at no more than some size, as JPEG (PNG where it is transparent); it is not kept',
    z.object({ image: ImageSource, size: z.int().min(16).max(4096).default(1024) }),
    z.object({ bytes: Bytes, width: z.int(), height: z.int() }),
  ),

  'samples.list': command(
    'The sample photos that ship with Likeness',
    z.object({}),
    z.object({
      pictures: z.array(StoredPicture),
      /** Made-up names of the people that `samples.enroll` enrolls. */
      people: z.array(z.string()),
    }),
  ),
  'samples.styles': command(
    'The pictures that ship with Likeness to paint with: photos, and styles that it has drawn itself',
    z.object({}),
    z.object({
      /** The first is meant to be painted first. */
      photos: z.array(StoredPicture),
      /** Their names say what they are, such as "watercolor". */
      styles: z.array(StoredPicture),
    }),
  ),
  'samples.enroll': command(
    'Enroll the people of some sample photos under made-up names',
    z.object({}),
    z.object({
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
  ),
  'samples.remove': command(
    'Delete everybody who is known from sample photos alone',
    z.object({
      /** Only says how many they are. */
      dryRun: z.boolean().default(false),
    }),
    z.object({ people: z.int() }),
  ),
} as const;
