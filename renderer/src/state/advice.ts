import type { Quality } from '../../../app/contract/values.ts';
import { language } from './language.svelte.ts';

/** What would make a face better for recognition; undefined where nothing is wrong. */
export function advice({ flaws, measures }: Quality): string | undefined {
  const [worst] = flaws;
  return worst && language.words.quality[worst](measures);
}
