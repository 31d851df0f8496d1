import type { ErrorCode } from '../../../contract/errors.ts';
import { wireLimits } from '../../../contract/wire-limits.ts';

/** Why a message is not taken apart; null where it may be. */
export interface Excess {
  readonly code: Extract<ErrorCode, 'message_malformed' | 'message_too_large'>;
  readonly message: string;
}

/** Ends a walk over a message; leaves this module as data, since the preload has no LikenessError. */
class Exceeded extends Error {
  readonly excess: Excess;
  constructor(code: Excess['code'], message: string) {
    super(message);
    this.excess = { code, message };
  }
}

/** What a walk comes to, or why it was ended. */
export function walked<T>(walk: () => T): T | Excess {
  try {
    return walk();
  } catch (thrown) {
    if (thrown instanceof Exceeded) return thrown.excess;
    throw thrown;
  }
}

/**
 * Counts what a message holds. Sixty megabytes of empty maps become gigabytes of objects, and the
 * check of a schema comes too late for them.
 */
export class Tally {
  #values = 0;
  #text = 0;

  values(count: number): void {
    this.#values += count;
    if (this.#values > wireLimits.values) throw tooLarge(`${wireLimits.values} values`);
  }

  text(bytes: number): void {
    this.#text += bytes;
    if (this.#text > wireLimits.textBytes) throw tooLarge(`${wireLimits.textBytes} bytes of text`);
  }

  depth(depth: number): void {
    if (depth <= wireLimits.depth) return;
    const message = `A message nests deeper than ${wireLimits.depth} levels.`;
    throw new Exceeded('message_malformed', message);
  }
}

const tooLarge = (limit: string): Exceeded =>
  new Exceeded('message_too_large', `A message holds more than ${limit}.`);

const unreadable = (): Exceeded => new Exceeded('message_malformed', 'A frame is no MessagePack.');

/**
 * What keeps a MessagePack frame (https://github.com/msgpack/msgpack, spec.md) from being decoded.
 * Walks over its headers alone: lists count by the length that they announce, texts and bytes are
 * passed over. Extension types are refused, as the contract has none.
 */
export const excessOfFrame = (frame: Uint8Array): Excess | null =>
  walked(() => {
    walkFrame(frame);
    return null;
  });

function walkFrame(frame: Uint8Array): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const tally = new Tally();
  /** Of each open list or map: how many values are still to come. */
  const open: number[] = [1];
  let at = 0;
  const pass = (bytes: number): number => {
    const from = at;
    at += bytes;
    if (at > view.byteLength) throw unreadable();
    return from;
  };
  const length = (bytes: number): number => {
    const from = pass(bytes);
    if (bytes === 1) return view.getUint8(from);
    return bytes === 2 ? view.getUint16(from) : view.getUint32(from);
  };
  const text = (bytes: number): void => {
    tally.text(bytes);
    pass(bytes);
  };
  const list = (values: number): void => {
    tally.values(values);
    tally.depth(open.length);
    open.push(values);
  };
  while (open.length > 0) {
    const last = open.length - 1;
    if (open[last] === 0) {
      open.pop();
      continue;
    }
    open[last]! -= 1;
    const head = length(1);
    if (head <= 0x7f || head >= 0xe0 || head === 0xc0 || head === 0xc2 || head === 0xc3) continue;
    if (head <= 0x8f) list(2 * (head & 0x0f));
    else if (head <= 0x9f) list(head & 0x0f);
    else if (head <= 0xbf) text(head & 0x1f);
    else if (head >= 0xc4 && head <= 0xc6) pass(length(1 << (head - 0xc4)));
    else if (head === 0xca || head === 0xcb) pass(head === 0xca ? 4 : 8);
    else if (head >= 0xcc && head <= 0xd3) pass(1 << ((head - 0xcc) & 3));
    else if (head >= 0xd9 && head <= 0xdb) text(length(1 << (head - 0xd9)));
    else if (head === 0xdc || head === 0xdd) list(length(head === 0xdc ? 2 : 4));
    else if (head === 0xde || head === 0xdf) list(2 * length(head === 0xde ? 2 : 4));
    else throw unreadable();
  }
  if (at !== view.byteLength) throw unreadable();
}

/**
 * About how many bytes a structured clone of a value takes: those of its texts and buffers, and
 * something for every other part; or why it is not to be cloned. Loops end by themselves.
 */
export const weightOfClone = (value: unknown): number | Excess => walked(() => walkClone(value));

function walkClone(value: unknown): number {
  const tally = new Tally();
  const seen = new Set<object>();
  const waiting: { readonly part: unknown; readonly depth: number }[] = [{ part: value, depth: 1 }];
  let bytes = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, depth } = next;
    bytes += 8;
    if (typeof part === 'string') {
      tally.text(part.length);
      bytes += part.length;
      continue;
    }
    // A small view is as heavy as its buffer: that is what is cloned, once for all of its views.
    const owner = ArrayBuffer.isView(part) ? part.buffer : part;
    if (typeof owner !== 'object' || owner === null || seen.has(owner)) continue;
    seen.add(owner);
    if (owner instanceof ArrayBuffer || ArrayBuffer.isView(part)) {
      bytes += (owner as ArrayBuffer).byteLength;
      continue;
    }
    tally.depth(depth);
    for (const inner of partsOf(owner, tally)) waiting.push({ part: inner, depth: depth + 1 });
  }
  return bytes;
}

/** Counted by its length before it is listed: a list may announce more than it has. */
function partsOf(part: object, tally: Tally): readonly unknown[] {
  if (Array.isArray(part)) {
    tally.values(part.length);
    return part;
  }
  if (part instanceof Map) {
    tally.values(2 * part.size);
    return [...(part.keys() as Iterable<unknown>), ...(part.values() as Iterable<unknown>)];
  }
  if (part instanceof Set) {
    tally.values(part.size);
    return [...(part as Set<unknown>)];
  }
  const keys = Object.keys(part);
  tally.values(2 * keys.length);
  return [...keys, ...(Object.values(part) as unknown[])];
}

/**
 * The same value with bytes of their own: a view would be cloned together with everything else
 * that lies in its buffer.
 */
export function compact<T>(value: T): T {
  if (ArrayBuffer.isView(value) && value instanceof Uint8Array)
    return new Uint8Array(value) as unknown as T;
  if (Array.isArray(value)) return value.map(compact) as unknown as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, compact(inner as unknown)]),
  ) as T;
}
