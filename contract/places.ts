import { z } from 'zod';
import { assertNever } from './errors.ts';

export type Schema = z.ZodType;

/**
 * A string of the contract that names a place on the machine or beyond it, and what is done there.
 * Every such field is made by one of the schemas below: who may name which place is decided by walking
 * them (`app/services/programs.ts`), and `docs/security.md` lists them.
 */
export interface Place {
  readonly names: 'file' | 'folder' | 'address';
  readonly access: 'read' | 'write';
  /** `later`: once the command has answered, so that no check beforehand vouches for it. */
  readonly when: 'now' | 'later';
}

const places = z.registry<Place>();

/** No system has longer paths; that of Windows is the longest. */
const MOST_CHARACTERS = 32_767;

const place = (names: Place['names'], access: Place['access'], when: Place['when'] = 'now') =>
  z.string().min(1).max(MOST_CHARACTERS).register(places, { names, access, when });

export const ReadableFile = place('file', 'read');
export const ReadableFolder = place('folder', 'read');
export const WritableFile = place('file', 'write');
/** Made where it is not there; files of any name are written in it. */
export const WritableFolder = place('folder', 'write');
/** A picture that is read when its turn comes. */
export const QueuedPicture = place('file', 'read', 'later');
/** A file that is written when the work is done. */
export const QueuedOutput = place('file', 'write', 'later');
/** A URL, or a file or folder that stands for one. */
export const Address = place('address', 'read');

/** In answers: where something lies on the owner's machine. */
export const OwnersPlace = z.string().register(places, {
  names: 'file',
  access: 'read',
  when: 'now',
});

/** What a string names, where the schema says that it names a place. */
export const placeOf = (schema: Schema): Place | undefined => places.get(schema);

/** A string field of a schema; `name` is the way to it, such as `images.*.path`. */
export interface StringField {
  readonly name: string;
  readonly schema: Schema;
}

/** All strings that a value of the schema may hold, in its order. */
export function stringsOf(schema: Schema, name: readonly string[] = []): StringField[] {
  if (schema._zod.def.type === 'string') return [{ name: name.join('.'), schema }];
  return partsOf(schema).flatMap(({ key, part }) =>
    stringsOf(part, key === null ? name : [...name, key]),
  );
}

/** The fields of a schema that name places. */
export const placesOf = (schema: Schema): (StringField & { readonly place: Place })[] =>
  stringsOf(schema).flatMap((field) => {
    const found = placeOf(field.schema);
    return found === undefined ? [] : [{ ...field, place: found }];
  });

/**
 * The value with every place in it replaced by what `change` gives; all else is as it was.
 *
 * @param value as the schema gave it, or an answer that fits it
 * @param change is told the way to the field, such as `images.0.path`
 */
export function mapPlaces(
  schema: Schema,
  value: unknown,
  change: (text: string, place: Place, field: string) => string,
  way: readonly string[] = [],
): unknown {
  const found = placeOf(schema);
  if (found !== undefined)
    return typeof value === 'string' ? change(value, found, way.join('.')) : value;
  if (value === null || value === undefined || !hasPlaces(schema)) return value;
  const { def } = schema._zod as unknown as { readonly def: Definition };
  const within = (part: Schema, inner: unknown, key: string): unknown =>
    mapPlaces(part, inner, change, [...way, key]);
  switch (def.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]: [string, unknown]) => {
          const part = def.shape[key];
          return [key, part === undefined ? inner : within(part, inner, key)];
        }),
      );
    case 'array':
      return (value as unknown[]).map((inner, i) => within(def.element, inner, String(i)));
    case 'tuple':
      return (value as unknown[]).map((inner, i) => within(def.items[i]!, inner, String(i)));
    case 'union': {
      const fitting = def.options.find((option) => option.safeParse(value).success);
      return fitting === undefined ? value : mapPlaces(fitting, value, change, way);
    }
    case 'record':
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]: [string, unknown]) => [
          key,
          within(def.valueType, inner, key),
        ]),
      );
    case 'pipe':
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return mapPlaces(partsOf(schema)[0]!.part, value, change, way);
    case 'leaf':
      return value;
    default:
      return assertNever(def);
  }
}

/** As much of zod's definitions as the contract makes use of. */
type Definition =
  | { readonly type: 'object'; readonly shape: Readonly<Record<string, Schema>> }
  | { readonly type: 'array'; readonly element: Schema }
  | { readonly type: 'tuple'; readonly items: readonly Schema[] }
  | { readonly type: 'union'; readonly options: readonly Schema[] }
  | { readonly type: 'record'; readonly keyType: Schema; readonly valueType: Schema }
  | { readonly type: 'pipe'; readonly in: Schema; readonly out: Schema }
  | {
      readonly type: 'optional' | 'nullable' | 'default' | 'prefault' | 'readonly';
      readonly innerType: Schema;
    }
  | { readonly type: 'leaf' };

/** Schemas without parts. One that is not known here would hide what it holds. */
const LEAVES: ReadonlySet<string> = new Set(
  'string number int boolean null undefined literal enum custom unknown any transform'.split(' '),
);

interface Part {
  /** Null: the part is the whole, seen from within. */
  readonly key: string | null;
  readonly part: Schema;
}

function partsOf(schema: Schema): readonly Part[] {
  const { def } = schema._zod as unknown as { readonly def: Definition };
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).map(([key, part]) => ({ key, part }));
    case 'array':
      return [{ key: '*', part: def.element }];
    case 'tuple':
      return def.items.map((part, i) => ({ key: String(i), part }));
    case 'union':
      return def.options.map((part) => ({ key: null, part }));
    case 'record':
      return [{ key: '*', part: def.valueType }];
    case 'pipe':
      return [{ key: null, part: def.in }];
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return [{ key: null, part: def.innerType }];
    case 'leaf':
    default:
      if (LEAVES.has(schema._zod.def.type)) return [];
      throw new Error(`The walk through the contract does not know ${schema._zod.def.type}.`);
  }
}

const known = new WeakMap<Schema, boolean>();

/** Answers hold thousands of numbers; only what leads to a place is walked. */
function hasPlaces(schema: Schema): boolean {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const has = placesOf(schema).length > 0;
  known.set(schema, has);
  return has;
}
