import { commandNames, commands, type CommandName } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { EventName } from '../../../contract/events.ts';

/** `kiosk`: a window while the kiosk is on. `program`: whoever shows a key over REST. */
export type Caller = 'window' | 'kiosk' | 'program';

const kioskEvents: ReadonlySet<EventName> = new Set([
  'settings.changed',
  'host.changed',
] satisfies EventName[]);

/** Whether this kind of caller is served this command at all. */
export const mayCall = (caller: Caller, name: CommandName): boolean =>
  caller === 'window' || commands[name].callers.includes(caller);

/** Whether a window has to show more than its session for this. */
export const takesProof = (name: CommandName, input: unknown): boolean =>
  commands[name].takesProof(typeof input === 'object' && input !== null ? input : {});

export const mayHear = (caller: Caller, name: EventName): boolean =>
  caller !== 'kiosk' || kioskEvents.has(name);

/** Programs that were written for earlier versions go on calling commands by their former names. */
const formerNames: ReadonlyMap<string, CommandName> = new Map<string, CommandName>([
  ['enrolment.enrol', 'enrollment.enroll'],
  ['enrolment.importFolder', 'enrollment.importFolder'],
  ...commandNames
    .filter((name) => name.startsWith('paintings.'))
    .map((name) => [name.replace('paintings', 'styling'), name] as const),
]);

/**
 * The command of that name, where the caller may have it.
 *
 * @throws LikenessError `command_unknown`, `kiosk_locked`, `command_refused`.
 */
export function permitted(caller: Caller, asked: string): CommandName {
  const name = formerNames.get(asked) ?? asked;
  if (!isCommand(name))
    throw new LikenessError('command_unknown', `There is no command ${JSON.stringify(asked)}.`);
  if (mayCall(caller, name)) return name;
  throw caller === 'kiosk'
    ? new LikenessError('kiosk_locked', `The kiosk is on; ${name} is possible after its PIN.`)
    : new LikenessError(
        'command_refused',
        `${name} is possible in the window of Likeness, or on its command line, only.`,
      );
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);
