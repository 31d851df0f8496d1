import { LikenessError } from '../../contract/errors.ts';

/** The `index`-th photo (from 1) of a person: `person/person_0001.jpg` in LFW. */
export interface PhotoReference {
  readonly person: string;
  readonly index: number;
  /** Of the pairs file, from 1. */
  readonly line: number;
}

export interface Pair {
  readonly a: PhotoReference;
  readonly b: PhotoReference;
  readonly mated: boolean;
}

/**
 * Reads a pairs file of Labeled Faces in the Wild (Huang et al. 2007): a header `folds⇥n`, or `n`
 * alone for one fold, and per fold n mated lines `person⇥i⇥j`, then n non-mated lines
 * `person⇥i⇥other⇥j`. Returns the pairs fold by fold.
 *
 * @throws LikenessError `pairs_invalid`, with the line and what was expected there. What stands in it is
 *   not said: whoever may name a file must not read it so.
 */
export function parsePairs(text: string): readonly (readonly Pair[])[] {
  const lines = text.replace(/^\uFEFF/u, '').split(/\r?\n/u);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const { folds, perClass } = parseHeader(lines[0] ?? '');
  const expected = 1 + folds * 2 * perClass;
  if (lines.length !== expected)
    throw invalid(
      Math.min(lines.length, expected),
      `expected as many pairs as the header promises, but ${lines.length - 1} follow it`,
    );
  return Array.from({ length: folds }, (_, fold) =>
    Array.from({ length: 2 * perClass }, (_, place) => {
      const line = 1 + fold * 2 * perClass + place;
      return parsePair(lines[line]!, line + 1, place < perClass);
    }),
  );
}

function parseHeader(line: string): { folds: number; perClass: number } {
  const fields = line.split('\t');
  if (fields.length > 2) throw invalid(1, 'expected a header "folds<TAB>pairs" or "pairs"');
  const counts = fields.map((field) => parseCount(field, 1));
  return counts.length === 2
    ? { folds: counts[0]!, perClass: counts[1]! }
    : { folds: 1, perClass: counts[0]! };
}

function parsePair(text: string, line: number, mated: boolean): Pair {
  const fields = text.split('\t');
  const form = mated ? 'person<TAB>i<TAB>j' : 'person<TAB>i<TAB>other<TAB>j';
  if (fields.length !== (mated ? 3 : 4))
    throw invalid(line, `expected a ${mated ? 'mated' : 'non-mated'} pair "${form}"`);
  const a = reference(fields[0]!, fields[1]!, line);
  const b = mated
    ? reference(fields[0]!, fields[2]!, line)
    : reference(fields[2]!, fields[3]!, line);
  if (!mated && a.person === b.person)
    throw invalid(line, 'expected two people, but both sides are the same');
  return { a, b, mated };
}

function reference(person: string, index: string, line: number): PhotoReference {
  if (person.trim() === '' || /[/\\]|^\.+$/u.test(person))
    throw invalid(line, "expected the name of a person's folder");
  return { person, index: parseCount(index, line), line };
}

function parseCount(field: string, line: number): number {
  if (!/^[1-9]\d{0,8}$/u.test(field.trim()))
    throw invalid(line, 'expected a positive whole number');
  return Number(field);
}

function invalid(line: number, problem: string): LikenessError {
  return new LikenessError('pairs_invalid', `Line ${line} of the pairs file: ${problem}.`, {
    details: { line },
  });
}

/**
 * The outcome of many 1:1 comparisons, split by the truth (ISO/IEC 2382-37: mated comparisons are
 * of one person, non-mated ones of two). Distances are Euclidean, ascending.
 *
 * A photo in which no face was found has no encoding; it takes part all the same, at an infinite
 * distance from everything. Its mated comparisons are then lost at every threshold and its
 * non-mated ones are never false matches: a failure costs what it costs the user.
 */
export interface Comparisons {
  readonly mated: Float32Array;
  readonly nonMated: Float32Array;
}

/**
 * Sorts distances ascending, in place, and returns them: least-significant-digit radix sort over
 * the two halves of the IEEE 754 bit patterns, which order as the values do where none is negative.
 * Ten million take a third of the time of `Float32Array.prototype.sort`.
 */
export function sortDistances(distances: Float32Array): Float32Array {
  const scratch = new Float32Array(distances.length);
  scatterByDigit(distances, scratch, 0);
  scatterByDigit(scratch, distances, 16);
  return distances;
}

function scatterByDigit(from: Float32Array, to: Float32Array, shift: 0 | 16): void {
  const source = new Uint32Array(from.buffer, from.byteOffset, from.length);
  const target = new Uint32Array(to.buffer, to.byteOffset, to.length);
  const next = new Uint32Array(0x10000);
  for (const bits of source) next[(bits >>> shift) & 0xffff]!++;
  let start = 0;
  for (let digit = 0; digit < next.length; digit++) {
    const count = next[digit]!;
    next[digit] = start;
    start += count;
  }
  for (const bits of source) target[next[(bits >>> shift) & 0xffff]!++] = bits;
}

/** Places of the distances in ascending order, by the same sort; equal distances keep theirs. */
export function ascendingOrder(distances: Float32Array): Uint32Array {
  const bits = new Uint32Array(distances.buffer, distances.byteOffset, distances.length);
  const places = new Uint32Array(bits.length);
  for (let place = 0; place < places.length; place++) places[place] = place;
  return placesByDigit(bits, placesByDigit(bits, places, 0), 16);
}

function placesByDigit(bits: Uint32Array, places: Uint32Array, shift: 0 | 16): Uint32Array {
  const next = new Uint32Array(0x10001);
  for (const value of bits) next[((value >>> shift) & 0xffff) + 1]!++;
  for (let digit = 1; digit < next.length; digit++) next[digit]! += next[digit - 1]!;
  const ordered = new Uint32Array(places.length);
  for (const place of places) ordered[next[(bits[place]! >>> shift) & 0xffff]!++] = place;
  return ordered;
}

/** How many of the ascending distances are at or below the threshold. */
export function countAtOrBelow(ascending: Float32Array, threshold: number): number {
  return firstIndex(ascending.length, (index) => ascending[index]! > threshold);
}

/** How many of the ascending distances are below the threshold. */
export function countBelow(ascending: Float32Array, threshold: number): number {
  return firstIndex(ascending.length, (index) => ascending[index]! >= threshold);
}

/** The first index for which a monotone predicate holds; `length` if there is none. */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** All comparisons of several sets in one. */
export function mergeComparisons(sets: readonly Comparisons[]): Comparisons {
  return {
    mated: sortDistances(concatenate(sets.map((set) => set.mated))),
    nonMated: sortDistances(concatenate(sets.map((set) => set.nonMated))),
  };
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

interface DistanceHistogram {
  /** bins + 1 ascending distances; a bin takes its upper edge in, the first one also its lower. */
  readonly edges: readonly number[];
  readonly mated: readonly number[];
  readonly nonMated: readonly number[];
}

/** Counts of finite distances in equal bins from 0 to the largest one. */
export function distanceHistogram(comparisons: Comparisons, bins = 60): DistanceHistogram {
  const { mated, nonMated } = comparisons;
  const largest = Math.max(
    ...[mated, nonMated].map((side) => side[countBelow(side, Infinity) - 1] ?? 0),
  );
  const edges = Array.from({ length: bins + 1 }, (_, bin) => ((largest || 1) * bin) / bins);
  return { edges, mated: countPerBin(mated, edges), nonMated: countPerBin(nonMated, edges) };
}

function countPerBin(ascending: Float32Array, edges: readonly number[]): readonly number[] {
  const upTo = edges.map((edge, index) => (index === 0 ? 0 : countAtOrBelow(ascending, edge)));
  return upTo.slice(1).map((count, bin) => count - upTo[bin]!);
}
