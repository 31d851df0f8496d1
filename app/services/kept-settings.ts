import { stringify } from 'csv-stringify/sync';
import { Settings } from '../../contract/application.ts';
import {
  readSetting,
  type ReadableStore,
  type ActivityKind,
  type NewActivity,
} from '../../db/store.ts';

/** What is kept, with the defaults of whatever is not, or is not understood any more. */
export function readSettings(tables: ReadableStore): Settings {
  const kept = readSetting(tables, 'window');
  const parsed = Settings.safeParse(kept === undefined ? {} : parseJson(kept));
  return parsed.success ? parsed.data : Settings.parse({});
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

export const activity = (
  kind: ActivityKind,
  personId: number | null,
  counts: Readonly<Record<string, number>>,
  now: Date,
): NewActivity => ({ kind, personId, counts, createdAt: now.toISOString() });

/** YYYY-MM-DD in the machine's own time zone: the day as people here call it. */
export function localDay(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return [
    String(time.getFullYear()).padStart(4, '0'),
    two(time.getMonth() + 1),
    two(time.getDate()),
  ].join('-');
}

/** The machine's own time zone, such as "Europe/Berlin". */
export const localZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * ISO 8601 to the second with the offset from UTC, as clocks of the zone show it; of the machine's
 * own zone where the zone is empty or unknown here.
 *
 * @example zonedTime('2026-06-01T22:30:00.000Z', 'Europe/Berlin') // '2026-06-02T00:30:00+02:00'
 */
export function zonedTime(iso: string, zone: string): string {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(new Date(iso))
      .map(({ type, value }) => [type, value]),
  );
  const [year, month, day] = [parts.get('year')!, parts.get('month')!, parts.get('day')!];
  const time = `${parts.get('hour')!}:${parts.get('minute')!}:${parts.get('second')!}`;
  const offset = parts.get('timeZoneName')!.replace(/^GMT$/u, '+00:00').replace('GMT', '');
  return `${year.padStart(4, '0')}-${month}-${day}T${time}${offset}`;
}

const fields = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'longOffset',
} as const;

function formatOf(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      ...fields,
      ...(zone === '' ? {} : { timeZone: zone }),
    });
  } catch {
    // A zone that this machine has not heard of.
    return new Intl.DateTimeFormat('en-US', fields);
  }
}

/**
 * RFC 4180: lines end in CRLF, fields with separators, quotes or line breaks are quoted. A field
 * that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises: names
 * come from whoever typed them. Where there is more than ASCII, a byte order mark comes first:
 * without it Excel takes UTF-8 for the code page of the machine.
 */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  const text = stringify(
    rows.map((row) => row.map(withoutFormula)),
    {
      record_delimiter: '\r\n',
      quoted_match: /[\r\n]/u,
    },
  );
  return /^\p{ASCII}*$/u.test(text) ? text : `\uFEFF${text}`;
}

const withoutFormula = (value: string | number): string | number =>
  typeof value === 'string' && /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
