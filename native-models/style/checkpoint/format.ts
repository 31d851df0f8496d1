import { createHash } from 'node:crypto';
import { LikenessError } from '../../../app/contract/errors.ts';
import type { OptimiserState } from '../optimisers/optimiser.ts';
import type { Checkpoint } from './checkpoint.ts';

/*
 * magic       8 bytes, ASCII
 * version     uint32, little-endian like all that follows
 * length      uint32, bytes of the header, a multiple of 4
 * header      JSON, UTF-8, filled up with spaces
 * vectors     float32, one after another, as the header names them
 * checksum    32 bytes, SHA-256 of all before
 */
const MAGIC = Buffer.from('LIKEPNT\n', 'latin1');
const VERSION = 1;
const PREAMBLE = MAGIC.length + 8;
const CHECKSUM = 32;

type Vectors = readonly (readonly [name: string, values: Float32Array])[];

interface Header extends Omit<Checkpoint, 'image' | 'optimiser'> {
  readonly width: number;
  readonly height: number;
  readonly optimiser: Omit<OptimiserState, 'vectors'>;
  /** The picture first, then what the optimiser remembers. */
  readonly vectors: readonly (readonly [name: string, length: number])[];
}

/**
 * A checkpoint as pieces of a file, to be written one after another. The large ones are views, so
 * that a picture of print size is not held twice: write them before the next step of the optimiser.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): readonly Uint8Array[] {
  const { image, optimiser } = checkpoint;
  const vectors: Vectors = [['image', image.data], ...Object.entries(optimiser.vectors)];
  const pieces = [
    ...encodeHeader(headerOf(checkpoint, vectors)),
    ...vectors.map(([, values]) => bytesOf(values)),
  ];
  return [...pieces, checksumOf(pieces)];
}

/**
 * Throws `checkpoint_incompatible` for the format of another version, `checkpoint_corrupt` for
 * anything else that `encodeCheckpoint` did not write. The vectors may be views of the bytes.
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  // Views of float32 must start at a multiple of four.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const body = checkedBody(aligned);
  const { header, end } = decodeHeader(body);
  const { width, height, optimiser, vectors: lengths, ...progress } = header;
  const [image, ...vectors] = decodeVectors(body.subarray(end), lengths);
  return {
    ...progress,
    image: { width, height, data: image![1] },
    optimiser: { ...optimiser, vectors: Object.fromEntries(vectors) },
  };
}

function headerOf(
  { settings, level, step, losses, ...state }: Checkpoint,
  vectors: Vectors,
): Header {
  const { image, optimiser } = state;
  const { width, height } = image;
  const { kind, scalars } = optimiser;
  const lengths = vectors.map(([name, { length }]) => [name, length] as const);
  return {
    settings,
    level,
    step,
    losses,
    width,
    height,
    optimiser: { kind, scalars },
    vectors: lengths,
  };
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

/** The bytes without their checksum. */
function checkedBody(bytes: Uint8Array): Uint8Array {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length)) || bytes.length < PREAMBLE + CHECKSUM)
    throw corrupt('is not the saved state of a painting, or ends too early');
  const version = viewOf(bytes).getUint32(MAGIC.length, true);
  if (version !== VERSION)
    throw new LikenessError(
      'checkpoint_incompatible',
      `The saved state of the painting has format ${version}, but this version of Likeness reads ` +
        `format ${VERSION}. Start the painting anew, or go on with the version that began it.`,
      { details: { version, expected: VERSION } },
    );
  const body = bytes.subarray(0, bytes.length - CHECKSUM);
  if (!checksumOf([body]).equals(bytes.subarray(body.length)))
    throw corrupt('is damaged: its checksum does not fit');
  return body;
}

/** Sound where the checksum is: what it protects was written here. */
function decodeHeader(body: Uint8Array): { readonly header: Header; readonly end: number } {
  const end = PREAMBLE + viewOf(body).getUint32(MAGIC.length + 4, true);
  const json = Buffer.from(body.subarray(PREAMBLE, end)).toString('utf8');
  return { header: JSON.parse(json) as Header, end };
}

function decodeVectors(bytes: Uint8Array, lengths: Header['vectors']): Vectors {
  let at = bytes.byteOffset;
  return lengths.map(([name, length]) => {
    const values = new Float32Array(bytes.buffer, at, length);
    at += values.byteLength;
    return [name, values];
  });
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

function checksumOf(pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

const corrupt = (problem: string) =>
  new LikenessError(
    'checkpoint_corrupt',
    `The saved state of the painting ${problem}. Start the painting anew.`,
  );
