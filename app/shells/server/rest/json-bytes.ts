import { Buffer } from 'node:buffer';
import { LikenessError } from '../../../../contract/errors.ts';
import type { LongTexts } from './bodies.ts';

/** A JSON Schema, as far as it is looked at here. */
export interface JsonSchema {
  readonly type?: string;
  readonly contentEncoding?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/**
 * The bytes of a base64 text (RFC 4648, with padding); undefined where it is none. No regular
 * expression: over a few megabytes it overflows the stack. The decoder passes over what does not
 * belong, so that the length tells.
 */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || text.includes('-') || text.includes('_')) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  return bytes.length === (text.length / 4) * 3 - padding ? bytes : undefined;
}

/**
 * JSON has no bytes: where the schema has them, strings of base64 are decoded. What does not fit is
 * left as it came, for the command's own schema to refuse.
 *
 * @throws LikenessError `message_too_large` for a long text where there are no bytes.
 */
export function fromJson(schema: JsonSchema, value: unknown, long: LongTexts = new Map()): unknown {
  const inside = (part: JsonSchema, item: unknown): unknown => fromJson(part, item, long);
  if (typeof value === 'string') {
    const bytes = long.get(value);
    if (takesBytes(schema)) return (bytes === undefined ? fromBase64(value) : bytes) ?? value;
    if (bytes === undefined) return value;
    throw new LikenessError('message_too_large', 'A text is longer than any that is read.');
  }
  if (Array.isArray(value)) {
    const { items } = [schema, ...variants(schema)].find(({ items }) => items !== undefined) ?? {};
    return typeof items === 'object' ? value.map((item) => inside(items, item)) : value;
  }
  // What the schema does not know is for the command's own to leave out.
  if (typeof value !== 'object' || value === null || schema === nothing) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, inside(property(schema, key), item)]),
  );
}

/** Any value of the contract as JSON text, bytes as base64. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, item: unknown) {
    // Buffers have turned themselves into an object by now, so that `item` does not tell.
    const original = this[key];
    return original instanceof Uint8Array ? base64(original) : item;
  });
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

const variants = ({ anyOf = [], oneOf = [] }: JsonSchema): readonly JsonSchema[] => [
  ...anyOf,
  ...oneOf,
];

const takesBytes = (schema: JsonSchema): boolean =>
  schema.contentEncoding === 'base64' || variants(schema).some(takesBytes);

/** Of a union the variant that knows the field. */
const property = (schema: JsonSchema, key: string): JsonSchema =>
  schema.properties?.[key] ??
  variants(schema)
    .map((variant) => property(variant, key))
    .find((found) => found !== nothing) ??
  nothing;

const nothing: JsonSchema = {};
