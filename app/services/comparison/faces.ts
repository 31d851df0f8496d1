import type { CallOptions } from '../context.ts';
import { mapConcurrently, throwIfCancelled } from '../cooperation.ts';
import type { Encodings, KnownPhoto } from './photos.ts';

/** Photos under way at once: the host decodes one while it computes on another. */
const IN_FLIGHT = 3;
/** Faces that are encoded one at a time first: beside another photo neither would show its speed. */
const TIMED = 25;

/** What both encoders say of the same faces. */
export interface ComparedFaces {
  /** By encoder, then by face: float32[dimension]. */
  readonly encodings: readonly [readonly Float32Array[], readonly Float32Array[]];
  /** 0, 1, 2 … per person, by face. */
  readonly people: readonly number[];
  readonly unusable: number;
  /** Per face, by encoder: the median. */
  readonly milliseconds: readonly [number, number];
  /** Faces that the median is of. */
  readonly timed: number;
}

type Pair = readonly [string, string];

/** @throws LikenessError what no other photo would escape; `cancelled`. */
export async function encodeWithBoth(
  photos: readonly KnownPhoto[],
  encoders: Pair,
  call: CallOptions,
): Promise<ComparedFaces> {
  const encode = encoderOfBoth(photos.length, encoders, call);
  const timed: Encodings[] = [];
  while (timed.length < photos.length && facesIn(timed) < TIMED)
    timed.push(await encode(photos[timed.length]!, timed.length));
  const others = await mapConcurrently(
    [...photos.entries()].slice(timed.length),
    IN_FLIGHT,
    (each) => encode(each[1], each[0]),
  );
  return facesOf(photos, [...timed, ...others], timed);
}

/** Says how far it is, and has the encoders take turns in being the first. */
function encoderOfBoth(total: number, [a, b]: Pair, call: CallOptions) {
  let done = 0;
  return async (photo: KnownPhoto, place: number): Promise<Encodings> => {
    throwIfCancelled(call.signal);
    const turned = place % 2 === 1;
    const encodings = await photo.encode(turned ? [b, a] : [a, b]);
    const none = encodings.length === 0;
    call.onProgress?.({
      ...{ stage: 'Encoding with both', done: ++done, total, item: photo.item },
      ...(none ? { note: 'No face could be encoded.' } : {}),
    });
    return turned ? encodings.toReversed() : encodings;
  };
}

const facesIn = (photos: readonly Encodings[]): number =>
  photos.filter((encodings) => encodings.length > 0).length;

function facesOf(
  photos: readonly KnownPhoto[],
  encoded: readonly Encodings[],
  timed: readonly Encodings[],
): ComparedFaces {
  const faces = photos.flatMap(({ person }, i) => {
    const [a, b] = encoded[i]!;
    return a === undefined || b === undefined ? [] : [{ person, a: a.encoding, b: b.encoding }];
  });
  // The first run of a network takes longer than any other.
  const clocked = timed.filter(({ length }) => length > 0);
  const counted = clocked.slice(clocked.length > 1 ? 1 : 0);
  const median = (encoder: 0 | 1): number =>
    medianOf(counted.map((encodings) => encodings[encoder]!.milliseconds));
  return {
    encodings: [faces.map(({ a }) => a), faces.map(({ b }) => b)],
    people: numbered(faces.map(({ person }) => person)),
    unusable: photos.length - faces.length,
    milliseconds: [median(0), median(1)],
    timed: counted.length,
  };
}

function medianOf(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length >> 1;
  const upper = ascending[middle] ?? 0;
  return ascending.length % 2 === 1 ? upper : ((ascending[middle - 1] ?? 0) + upper) / 2;
}

/** 0, 1, 2 … in the order of appearance. */
function numbered(people: readonly (string | number)[]): readonly number[] {
  const numbers = new Map<string | number, number>();
  return people.map((person) => {
    const number = numbers.get(person) ?? numbers.size;
    numbers.set(person, number);
    return number;
  });
}
