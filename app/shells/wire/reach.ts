import { commandNames, commands, type CommandName } from '../../../contract/commands.ts';
import { placesOf, type Place } from '../../../contract/places.ts';
import { mayCall, type Caller } from './access.ts';

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
