import type { RandomStream } from '../../../foundation/random.ts';
import type { CrossSearches } from './cross-search.ts';
import type { Weights } from './rate-cursor.ts';

/**
 * FPIR of one gallery drawn among resampled people, where all others are strangers, per threshold;
 * null where nobody is left to be one.
 *
 * @param thresholds ascending.
 */
export function fpirOfOneGallery(
  searches: CrossSearches,
  weights: Weights,
  { size, thresholds }: { readonly size: number; readonly thresholds: readonly number[] },
  random: RandomStream,
): readonly number[] | null {
  const { distances, probes, persons, personOf, photosOf } = searches;
  const enrolled = drawPeople(weights, size, random);
  let strangers = 0;
  weights.forEach((weight, person) => (strangers += enrolled[person] === 1 ? 0 : weight));
  if (strangers === 0) return null;
  const named = new Uint8Array(personOf.length);
  let rate = 0;
  let next = 0;
  return thresholds.map((threshold) => {
    for (; next < distances.length && distances[next]! <= threshold; next++) {
      const probe = probes[next]!;
      const owner = personOf[probe]!;
      if (enrolled[persons[next]!] === 0 || enrolled[owner] === 1 || named[probe] === 1) continue;
      named[probe] = 1;
      rate += weights[owner]! / (photosOf[owner]! * strangers);
    }
    return rate;
  });
}

/** 1 for everybody who was drawn; who counts twice is twice as likely, and fills two places. */
function drawPeople(weights: Weights, size: number, random: RandomStream): Uint8Array {
  const places = [...weights].flatMap((weight, person) => new Array<number>(weight).fill(person));
  const enrolled = new Uint8Array(weights.length);
  for (let i = 0; i < Math.min(size, places.length); i++) {
    const j = i + random.below(places.length - i);
    [places[i], places[j]] = [places[j]!, places[i]!];
    enrolled[places[i]!] = 1;
  }
  return enrolled;
}
