import { RandomStream } from '../../../foundation/random.ts';

/** An encoded photo of a known person. */
export interface LabeledEncoding {
  /** float32[dimension]. */
  readonly encoding: Float32Array;
  readonly person: string;
}

export type EncodingPair = readonly [Float32Array, Float32Array];

export interface LabeledPairs {
  readonly mated: readonly EncodingPair[];
  readonly nonMated: readonly EncodingPair[];
}

interface PairLimits {
  /** Of the mated pairs: drawn evenly where there are more. */
  readonly mated: number;
  /** Non-mated pairs per mated one. */
  readonly ratio: number;
}

/**
 * Every pair of photos of one person, and pairs of two people drawn at random. Somebody with a
 * single photo takes part in the pairs of two people only.
 */
export function labelPairs(
  photos: readonly LabeledEncoding[],
  seed: number,
  { mated: most, ratio }: PairLimits,
): LabeledPairs {
  const random = new RandomStream(seed, 'verifier pairs');
  const all = matedPairs(photos);
  const mated = all.length <= most ? all : spread(all, most);
  const people = new Set(photos.map(({ person }) => person)).size;
  const wanted = people < 2 ? 0 : mated.length * ratio;
  const nonMated: EncodingPair[] = [];
  while (nonMated.length < wanted) {
    const [a, b] = [random.below(photos.length), random.below(photos.length)];
    if (photos[a]!.person !== photos[b]!.person)
      nonMated.push([photos[a]!.encoding, photos[b]!.encoding]);
  }
  return { mated, nonMated };
}

function matedPairs(photos: readonly LabeledEncoding[]): readonly EncodingPair[] {
  return [...Map.groupBy(photos, ({ person }) => person).values()].flatMap((own) =>
    own.flatMap((a, place) =>
      own.slice(0, place).map((b): EncodingPair => [b.encoding, a.encoding]),
    ),
  );
}

function spread<T>(items: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
