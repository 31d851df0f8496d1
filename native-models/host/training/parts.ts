import type { Example } from '../../training/chips/example.ts';
import { partOf, type Part, type Shares } from '../../training/split.ts';

export type Parts = Readonly<Record<Part, readonly Example[]>>;

/** Photos without a label train: nobody can tell whether two of them show one person. */
export function split(
  examples: readonly Example[],
  payload: Shares & { readonly seed: number },
): Parts {
  const parts: Record<Part, Example[]> = { training: [], validation: [], test: [] };
  for (const example of examples) {
    const { person } = example;
    parts[person === null ? 'training' : partOf(person, payload.seed, payload)].push(example);
  }
  return parts;
}
