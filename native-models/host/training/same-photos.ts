import { createHash } from 'node:crypto';
import type { Example } from '../../training/chips/example.ts';

export interface SortedOut {
  readonly examples: readonly Example[];
  /** One picture under the names of two people: nobody can tell which is right. */
  readonly contradictory: readonly string[];
  /** Further copies of a picture under one name. */
  readonly repeated: readonly string[];
}

/** Leaves out pictures whose labels contradict each other, and copies. */
export async function sortOutSamePhotos(examples: readonly Example[]): Promise<SortedOut> {
  const byPicture = new Map<string, Example[]>();
  for (const example of examples) {
    const key = createHash('sha256')
      .update((await example.read()).data)
      .digest('base64');
    byPicture.set(key, [...(byPicture.get(key) ?? []), example]);
  }
  const [kept, contradictory, repeated]: [Set<Example>, string[], string[]] = [new Set(), [], []];
  for (const copies of byPicture.values()) {
    const [first, ...others] = copies;
    if (others.some(({ person }) => person !== first!.person))
      contradictory.push(...copies.map(({ photo }) => photo));
    else {
      kept.add(first!);
      repeated.push(...others.map(({ photo }) => photo));
    }
  }
  return { examples: examples.filter((example) => kept.has(example)), contradictory, repeated };
}
