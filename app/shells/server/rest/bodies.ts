import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LikenessError } from '../../../../contract/errors.ts';
import { wireLimits } from '../../../../contract/wire.ts';
import { Tally, walked } from '../../wire/weight.ts';
import type { Turn, Turns } from '../rate.ts';

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

/** Bytes of a body up to which programs do not wait for each other. */
const SMALL_BYTES = 1024 * 1024;
/** Bytes from which a text is taken out of JSON as base64 before the rest is parsed. */
const LONG_TEXT = 64 * 1024;
/** Characters of base64 that are decoded at once; of four each. */
const STEP = 1024 * 1024;

const [QUOTE, BACKSLASH, SLASH] = [0x22, 0x5c, 0x2f] as const;
const [OPENING, CLOSING, SEPARATING] = ['[{', ']}', ',:'].map(
  (signs) => new Set(Buffer.from(signs)),
);

/**
 * Reads a body whole. Chunks of a byte each are put together as they come: a list of them would
 * take a hundred times their size. The turn that it takes for a large one goes to `hold`.
 *
 * @throws LikenessError `message_too_large`, `message_malformed`, `too_many_requests`.
 */
export async function readBody(
  request: IncomingMessage,
  turns: Turns,
  hold: (turn: Turn) => void,
): Promise<Buffer> {
  const { headers } = request;
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new LikenessError('message_malformed', 'Compressed bodies are not read.');
  const announced = Number(headers['content-length'] ?? 0);
  requireSize(announced);
  let body = Buffer.allocUnsafeSlow(Math.min(announced || LONG_TEXT, SMALL_BYTES));
  let length = 0;
  let turn: Turn | null = null;
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  try {
    for await (const chunk of chunks) {
      const needed = length + chunk.byteLength;
      requireSize(needed);
      if (needed > SMALL_BYTES && turn === null) {
        turn = turns.take(() => {
          if (!request.complete) request.destroy();
        });
        hold(turn);
        await turn.begun;
      }
      if (needed > body.byteLength) {
        const size = Math.max(announced, Math.min(2 * needed, wireLimits.messageBytes));
        const larger = Buffer.allocUnsafeSlow(size);
        body.copy(larger, 0, 0, length);
        body = larger;
      }
      chunk.copy(body, length);
      length = needed;
    }
  } catch (thrown) {
    // What still comes is read and dropped, or the answer would not reach who is still sending.
    request.resume();
    if (thrown instanceof LikenessError) throw thrown;
    throw new LikenessError('message_malformed', 'The body ended early.', { cause: thrown });
  }
  return body.subarray(0, length);
}

function requireSize(bytes: number): void {
  if (bytes <= wireLimits.messageBytes) return;
  throw new LikenessError(
    'message_too_large',
    `A body of more than ${wireLimits.messageBytes} bytes is not read.`,
  );
}

/** Long texts of JSON as the bytes for which they stand; null where one is no base64. */
export type LongTexts = ReadonlyMap<string, Uint8Array<ArrayBuffer> | null>;

export interface JsonBody {
  /** Where a long text stood, there is its name in `long`. */
  readonly value: unknown;
  readonly long: LongTexts;
}

/**
 * Takes JSON apart without ever parsing more than a megabyte: a photo is one long text, which is
 * decoded where it lies, and everything else is counted first. `body` is used up.
 *
 * @throws LikenessError `message_too_large`, `message_malformed`; and what `parse` throws.
 */
export async function takeJsonApart(
  body: Buffer,
  parse: (text: string) => Promise<unknown>,
): Promise<JsonBody> {
  const cuts = walked(() => longTexts(body));
  if ('code' in cuts) throw new LikenessError(cuts.code, cuts.message);
  const nonce = randomUUID();
  const pieces: Buffer[] = [];
  let at = 0;
  for (const [i, { start, end }] of cuts.entries()) {
    pieces.push(body.subarray(at, start), Buffer.from(`${nonce}:${i}`));
    at = end;
  }
  const text = Buffer.concat([...pieces, body.subarray(at)]).toString('utf8');
  const value = await parse(text);
  const long = new Map<string, Uint8Array<ArrayBuffer> | null>();
  for (const [i, cut] of cuts.entries()) long.set(`${nonce}:${i}`, await decodedBase64(body, cut));
  return { value, long };
}

/** Between the quotes. */
interface Cut {
  readonly start: number;
  readonly end: number;
}

/** Counts everything but the long texts, which it gives. Native searches pass over those. */
function longTexts(body: Buffer): readonly Cut[] {
  const tally = new Tally();
  const cuts: Cut[] = [];
  let depth = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]!;
    if (byte === QUOTE) {
      const end = endOfText(body, at + 1, tally);
      if (end - at > LONG_TEXT) cuts.push({ start: at + 1, end });
      else tally.text(end - at);
      at = end;
      continue;
    }
    tally.text(1);
    if (OPENING!.has(byte)) tally.depth(++depth);
    else if (CLOSING!.has(byte)) depth--;
    if (OPENING!.has(byte) || SEPARATING!.has(byte)) tally.values(1);
  }
  return cuts;
}

/** Where the text that begins at `start` has its closing quote; the end of the body without one. */
function endOfText(body: Buffer, start: number, tally: Tally): number {
  let from = start;
  for (;;) {
    const quote = body.indexOf(QUOTE, from);
    if (quote < 0) return body.length;
    let escapes = 0;
    while (quote - escapes > start && body[quote - 1 - escapes] === BACKSLASH) escapes++;
    tally.text(escapes);
    if (escapes % 2 === 0) return quote;
    // No base64 has a quote: however long it is, this is text.
    tally.text(quote + 1 - from);
    from = quote + 1;
  }
}

/**
 * The bytes of a base64 text (RFC 4648, with padding), in the place of that text; null where it is
 * none. Gives others their turn in between: 64 MiB take some hundred milliseconds.
 */
async function decodedBase64(
  body: Buffer,
  { start, end }: Cut,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const last = await withoutEscapes(body, start, end);
  if (last === null || (last - start) % 4 !== 0) return null;
  const padding = body[last - 2] === 0x3d ? 2 : body[last - 1] === 0x3d ? 1 : 0;
  let out = start;
  for (let at = start; at < last; at += STEP) {
    if (at > start) await nextTurn();
    const next = Math.min(at + STEP, last);
    const text = body.toString('latin1', at, next);
    // The decoder takes these for `+` and `/`, and passes over whatever else does not belong.
    if (text.includes('-') || text.includes('_')) return null;
    const expected = ((next - at) / 4) * 3 - (next === last ? padding : 0);
    if (body.write(text, out, expected, 'base64') !== expected) return null;
    out += expected;
  }
  const { buffer, byteOffset } = body;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset + start, out - start);
}

/** Some encoders write `\\/` for `/`. Gives the new end; null where anything else is escaped. */
async function withoutEscapes(body: Buffer, start: number, end: number): Promise<number | null> {
  const first = body.indexOf(BACKSLASH, start);
  if (first < 0 || first >= end) return end;
  let out = first;
  for (let at = first; at < end; at++) {
    if ((at - first) % STEP === STEP - 1) await nextTurn();
    if (body[at] === BACKSLASH && body[++at] !== SLASH) return null;
    body[out++] = body[at]!;
  }
  return out;
}
