import { commands, type CommandName } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { EventName } from '../../../contract/events.ts';

/** `kiosk`: a window while the kiosk is on. `program`: whoever shows a key over REST. */
export type Caller = 'window' | 'kiosk' | 'program';

/** All that a locked kiosk needs; a new command stays out until it is listed. */
const ofTheKiosk: ReadonlySet<CommandName> = new Set([
  'live.look',
  'live.end',
  'kiosk.unlock',
  'settings.get',
  'system.status',
] satisfies CommandName[]);

/**
 * Who may do what to whom is decided at the window: a key must not make keys or undo locks. What
 * lies on the disk is for the eyes of whoever sits there. And what cannot be kept to the folders that
 * programs may use: downloads go to an address, an adoption reads photos wherever they lay when
 * they were enrolled, a training works for hours on many files.
 */
const ofTheWindow: ReadonlySet<CommandName> = new Set([
  'access.listKeys',
  'access.createKey',
  'access.revokeKey',
  'access.listFolders',
  'access.allowFolder',
  'access.removeFolder',
  'kiosk.setPin',
  'kiosk.lock',
  'kiosk.unlock',
  'settings.set',
  'activity.expire',
  'backup.restore',
  'files.browse',
  'people.undo',
  'models.fetch',
  'models.adopt',
  'models.undoAdoption',
  'training.encoder',
  'training.triplets',
  'training.styleEncoder',
  'training.verifier',
] satisfies CommandName[]);

/**
 * What outlives a session or carries data out of the store. A window shows the PIN or a code beside
 * its session, where that session could be somebody else's.
 */
const afterProof: ReadonlySet<CommandName> = new Set([
  'access.createKey',
  'access.allowFolder',
  'backup.create',
  'backup.restore',
  'activity.export',
  'attendance.export',
] satisfies CommandName[]);

const kioskEvents: ReadonlySet<EventName> = new Set([
  'settings.changed',
  'host.changed',
] satisfies EventName[]);

export const commandNames = Object.keys(commands) as CommandName[];

/** Whether this kind of caller is served this command at all. */
export function mayCall(caller: Caller, name: CommandName): boolean {
  if (caller === 'kiosk') return ofTheKiosk.has(name);
  return caller === 'window' || !ofTheWindow.has(name);
}

/** Whether a window has to show more than its session for this. */
export function takesProof(name: CommandName, input: unknown): boolean {
  // A PIN that is changed is its own proof.
  if (name === 'kiosk.setPin') return !has(input, 'current');
  return afterProof.has(name);
}

const has = (input: unknown, key: string): boolean =>
  typeof input === 'object' && input !== null && Object.hasOwn(input, key);

export const mayHear = (caller: Caller, name: EventName): boolean =>
  caller !== 'kiosk' || kioskEvents.has(name);

/**
 * The command of that name, where the caller may have it.
 *
 * @throws LikenessError `command_unknown`, `kiosk_locked`, `command_refused`.
 */
export function permitted(caller: Caller, name: string): CommandName {
  if (!isCommand(name))
    throw new LikenessError('command_unknown', `There is no command ${JSON.stringify(name)}.`);
  if (mayCall(caller, name)) return name;
  throw caller === 'kiosk'
    ? new LikenessError('kiosk_locked', `The kiosk is on; ${name} is possible after its PIN.`)
    : new LikenessError(
        'command_refused',
        `${name} is possible in the window of Likeness, or on its command line, only.`,
      );
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);
