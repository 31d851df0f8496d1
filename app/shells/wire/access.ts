import { commandNames, commands, type CommandName } from '../../../contract/commands.ts';
import type { EventName } from '../../../contract/events.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { placesOf, type Place } from '../../../contract/places.ts';
import type { Services } from '../../services/services.ts';

/** What a shell talks to: the services, seen from a window or another program. */
export type Backend = Omit<Services, 'close'>;

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

const callers: readonly Caller[] = ['window', 'kiosk', 'program'];

/**
 * What every command may touch outside the data folder, and who may call it, as the rows of a Markdown
 * table: of its fields that name places, and of what the contract says besides. For
 * `docs/security.md`, where `scripts/security-table.mjs` puts it.
 */
export function reachTable(): string {
  return [
    ['Command', 'Who may call it', 'Reads', 'Writes', 'Contacts', 'Its answer names'],
    ['---', '---', '---', '---', '---', '---'],
    ...commandNames.toSorted().map(rowOf),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function rowOf(name: CommandName): readonly string[] {
  const { input, output, besides } = commands[name];
  const fields = placesOf(input);
  const answered = placesOf(output).map((field) => code(field.name));
  return [
    code(name),
    callers.filter((caller) => mayCall(caller, name)).join(', '),
    cell(namedBy(fields, 'read'), besides.reads),
    cell(namedBy(fields, 'write'), besides.writes),
    cell(namedBy(fields, 'contact'), besides.contacts),
    cell([...new Set(answered)], undefined),
  ];
}

type Fields = ReturnType<typeof placesOf>;

const namedBy = (fields: Fields, how: Place['access'] | 'contact'): string[] =>
  fields
    .filter(({ place }) => (place.names === 'address' ? 'contact' : place.access) === how)
    .map(({ name, place }) => `${code(name)} (${kindOf(place)})`);

const kindOf = ({ names, when }: Place): string => (when === 'later' ? `${names}, later` : names);

const code = (text: string): string => `\`${text}\``;

const cell = (fields: readonly string[], besides: string | undefined): string =>
  [...fields, ...(besides === undefined ? [] : [besides])].join(', ') || '–';
