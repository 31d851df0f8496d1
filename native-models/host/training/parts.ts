import type { Example } from '../../training/chips/example.ts';
import { partOf, type Part, type Shares } from '../../training/split.ts';

export type Parts = Readonly<Record<Part, readonly Example[]>>;

/**
 * Whoever has more photos than all others together; null for nobody. Measured on one person's photos
 * alone, a training would say nothing, and without them it would learn nothing.
 */
export function personOfMost(photos: readonly { readonly person: string | null }[]): string | null {
  const labeled = photos.filter(({ person }) => person !== null);
  for (const [person, own] of Map.groupBy(labeled, (photo) => photo.person))
    if (own.length * 2 > labeled.length) return person;
  return null;
}

/** Photos without a label train: nobody can tell whether two of them show one person. */
export function split(
  examples: readonly Example[],
  payload: Shares & { readonly seed: number },
): Parts {
  const parts: Record<Part, Example[]> = { training: [], validation: [], test: [] };
  const prevailing = personOfMost(examples);
  for (const example of examples) {
    const { person } = example;
    parts[
      person === null || person === prevailing ? 'training' : partOf(person, payload.seed, payload)
    ].push(example);
  }
  return parts;
}
