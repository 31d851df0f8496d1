import { createHash } from 'node:crypto';
import { LikenessError } from '../../../app/contract/errors.ts';

/*
 * magic       8 bytes, ASCII
 * version     uint32, little-endian like all that follows
 * length      uint32, bytes of the header, a multiple of 4
 * header      JSON, UTF-8, filled up with spaces: what the caller saves, and names and lengths of vectors
 * vectors     float32, one after another
 * checksum    32 bytes, SHA-256 of all before
 */
const MAGIC = Buffer.from('LIKETRN\n', 'latin1');
const VERSION = 1;
const PREAMBLE = MAGIC.length + 8;
const CHECKSUM = 32;

/** What a run of training needs to go on; `content` is plain JSON. */
export interface SavedState {
  readonly content: unknown;
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

interface Header {
  readonly content: unknown;
  readonly vectors: readonly (readonly [name: string, length: number])[];
}

/** As pieces of a file; the large ones are views: write them before the next step. */
export function encodeState({ content, vectors }: SavedState): readonly Uint8Array[] {
  const entries = Object.entries(vectors);
  const header: Header = {
    content,
    vectors: entries.map(([name, { length }]) => [name, length] as const),
  };
  const pieces = [
    ...encodeHeader(header),
    ...entries.map(
      ([, { buffer, byteOffset, byteLength }]) => new Uint8Array(buffer, byteOffset, byteLength),
    ),
  ];
  return [...pieces, checksumOf(pieces)];
}

/**
 * Throws `checkpoint_incompatible` for the format of another version, `checkpoint_corrupt` for
 * anything else that `encodeState` did not write.
 */
export function decodeState(bytes: Uint8Array): SavedState {
  const body = checkedBody(bytes);
  const end = PREAMBLE + viewOf(body).getUint32(MAGIC.length + 4, true);
  const json = Buffer.from(body.subarray(PREAMBLE, end)).toString('utf8');
  const { content, vectors } = JSON.parse(json) as Header;
  let at = end;
  const read = vectors.map(([name, length]) => {
    const part = Uint8Array.from(body.subarray(at, at + 4 * length));
    at += part.length;
    return [name, new Float32Array(part.buffer)] as const;
  });
  return { content, vectors: Object.fromEntries(read) };
}

function encodeHeader(header: Header): readonly Uint8Array[] {
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const filled = Buffer.alloc(Math.ceil(json.length / 4) * 4, ' ');
  json.copy(filled);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(VERSION, 0);
  numbers.writeUInt32LE(filled.length, 4);
  return [MAGIC, numbers, filled];
}

function checkedBody(bytes: Uint8Array): Uint8Array {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length)) || bytes.length < PREAMBLE + CHECKSUM)
    throw corrupt('is not the saved state of a training, or ends too early');
  const version = viewOf(bytes).getUint32(MAGIC.length, true);
  if (version !== VERSION)
    throw new LikenessError(
      'checkpoint_incompatible',
      `The saved state of the training has format ${version}, but this version of Likeness reads ` +
        `format ${VERSION}. Start the training anew, or go on with the version that began it.`,
      { details: { version, expected: VERSION } },
    );
  const body = bytes.subarray(0, bytes.length - CHECKSUM);
  if (!checksumOf([body]).equals(bytes.subarray(body.length)))
    throw corrupt('is damaged: its checksum does not fit');
  return body;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);

function checksumOf(pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

const corrupt = (problem: string) =>
  new LikenessError(
    'checkpoint_corrupt',
    `The saved state of the training ${problem}. Start the training anew.`,
  );
