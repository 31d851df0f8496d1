/** How sure it is that a name, or "the same person", is right: the step that words and colors follow. */
export type Confidence = 'sure' | 'probable' | 'barely';

/** Right at least 19 times in 20. */
const SURE = 0.95;
/** Right at least three times in four. */
const PROBABLE = 0.75;

/**
 * The step of a probability that stands beside a name. A name is never shown with less than one
 * half (docs/how-sure.md), so everything below `PROBABLE` is `barely`.
 *
 * @param probability 0…1
 */
export function confidenceOf(probability: number): Confidence {
  if (probability >= SURE) return 'sure';
  return probability >= PROBABLE ? 'probable' : 'barely';
}

interface Match {
  readonly name: string;
  /** In the encoder's own space. */
  readonly distance: number;
}

/**
 * Names of the others who are near enough to be meant as well: doubles, or one person under two
 * names.
 *
 * @param matches of an identified face, the one who is named first
 */
export const alsoNear = (matches: readonly Match[], threshold: number): readonly string[] =>
  matches
    .slice(1)
    .filter(({ distance }) => distance <= threshold)
    .map(({ name }) => name);

/** Words of the product, in its languages, for a face that is nobody enrolled. */
const nobody = new Set(['unknown', 'nobody', 'no one', 'unbekannt', 'niemand']);

/**
 * A name as it is shown where a word for nobody could stand as well: a person who is called so
 * comes in quotation marks.
 */
export const nameBesideNobody = (name: string): string =>
  nobody.has(name.normalize('NFKC').toLowerCase().trim()) ? `“${name}”` : name;
