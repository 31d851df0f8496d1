import { createHash } from 'node:crypto';
import { LikenessError } from '../../contract/errors.ts';

/** What long work is made from: a digest of each thing, under the words that a person knows it by. */
export type Basis = Readonly<Record<string, string>>;

/** SHA-256 of plain JSON, of bytes, or of several of them in their order; hexadecimal. */
export function digestOf(...parts: readonly (object | string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part instanceof Uint8Array ? part : JSON.stringify(part));
  return hash.digest('hex');
}

/**
 * Refuses to go on with other things than work began with: half of each would be in what comes out,
 * and nothing would show it.
 *
 * @param saved of the checkpoint; undefined where it is of a version that kept none
 * @returns a warning where nothing is known of what the work began with; null where all is the same
 * @throws LikenessError checkpoint_incompatible, with the names of what changed in `details.changed`
 */
export function refuseOtherBasis(
  work: 'painting' | 'training',
  saved: Basis | undefined,
  present: Basis,
): string | null {
  if (saved === undefined)
    return (
      `The ${work} was paused by an earlier version of Likeness, which did not note what it was ` +
      `made from. If a file was changed since, start the ${work} anew.`
    );
  const names = [...new Set([...Object.keys(saved), ...Object.keys(present)])];
  const changed = names.filter((name) => saved[name] !== present[name]);
  if (changed.length === 0) return null;
  throw new LikenessError(
    'checkpoint_incompatible',
    `Since the ${work} began, this was changed: ${changed.join(', ')}. Put back what was there, or ` +
      `start the ${work} anew.`,
    { details: { changed } },
  );
}

/*
 * magic       8 bytes, ASCII: what kind of work it is of
 * version     uint32, little-endian like all that follows
 * length      uint32, bytes of the header, a multiple of 4
 * header      JSON, UTF-8, filled up with spaces: the content, and names and lengths of vectors
 * vectors     float32, one after another
 * checksum    32 bytes, SHA-256 of all before
 */
const PREAMBLE = 16;
const CHECKSUM = 32;

/** Work that can be interrupted. */
export interface StateKind {
  /** Eight ASCII characters. */
  readonly magic: string;
  /** Of what the content means. */
  readonly version: number;
  /** As error messages call it. */
  readonly work: 'painting' | 'training';
}

/** What long work needs to go on; `content` is plain JSON. */
export interface SavedState {
  readonly content: unknown;
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

interface Header {
  readonly content: unknown;
  readonly vectors: readonly (readonly [name: string, length: number])[];
}

/** As pieces of a file; the large ones are views: write them before they change. */
export function encodeState(
  kind: StateKind,
  { content, vectors }: SavedState,
): readonly Uint8Array[] {
  const entries = Object.entries(vectors);
  const header: Header = {
    content,
    vectors: entries.map(([name, { length }]) => [name, length] as const),
  };
  const pieces = [
    ...encodeHeader(kind, header),
    ...entries.map(
      ([, { buffer, byteOffset, byteLength }]) => new Uint8Array(buffer, byteOffset, byteLength),
    ),
  ];
  return [...pieces, checksumOf(pieces)];
}

/**
 * Throws `checkpoint_incompatible` for the format of another version, `checkpoint_corrupt` for
 * anything else that `encodeState` did not write. The vectors may be views of the bytes.
 */
export function decodeState(kind: StateKind, bytes: Uint8Array): SavedState {
  // Views of float32 must start at a multiple of four.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const body = checkedBody(kind, aligned);
  // Sound where the checksum is: what it protects was written here.
  const end = PREAMBLE + viewOf(body).getUint32(12, true);
  const json = Buffer.from(body.subarray(PREAMBLE, end)).toString('utf8');
  const { content, vectors } = JSON.parse(json) as Header;
  let at = body.byteOffset + end;
  const read = vectors.map(([name, length]) => {
    const values = new Float32Array(body.buffer, at, length);
    at += values.byteLength;
    return [name, values] as const;
  });
  return { content, vectors: Object.fromEntries(read) };
}

function encodeHeader({ magic, version }: StateKind, header: Header): readonly Uint8Array[] {
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const filled = Buffer.alloc(Math.ceil(json.length / 4) * 4, ' ');
  json.copy(filled);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(version, 0);
  numbers.writeUInt32LE(filled.length, 4);
  return [Buffer.from(magic, 'latin1'), numbers, filled];
}

/** The bytes without their checksum. */
function checkedBody(kind: StateKind, bytes: Uint8Array): Uint8Array {
  const magic = Buffer.from(kind.magic, 'latin1');
  if (!magic.equals(bytes.subarray(0, magic.length)) || bytes.length < PREAMBLE + CHECKSUM)
    throw corrupt(kind, `is not the saved state of a ${kind.work}, or ends too early`);
  const version = viewOf(bytes).getUint32(magic.length, true);
  if (version !== kind.version) throw incompatible(kind, version);
  const body = bytes.subarray(0, bytes.length - CHECKSUM);
  if (!checksumOf([body]).equals(bytes.subarray(body.length)))
    throw corrupt(kind, 'is damaged: its checksum does not fit');
  return body;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);

function checksumOf(pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

const corrupt = ({ work }: StateKind, problem: string) =>
  new LikenessError(
    'checkpoint_corrupt',
    `The saved state of the ${work} ${problem}. Start the ${work} anew.`,
  );

const incompatible = ({ work, version: expected }: StateKind, version: number) =>
  new LikenessError(
    'checkpoint_incompatible',
    `The saved state of the ${work} has format ${version}, but this version of Likeness reads ` +
      `format ${expected}. Start the ${work} anew, or go on with the version that began it.`,
    { details: { version, expected } },
  );
