export type Verdict =
  | 'surelySame'
  | 'probablySame'
  | 'barelySame'
  | 'barelyDifferent'
  | 'probablyDifferent'
  | 'surelyDifferent';

const SURE = 0.95;
const PROBABLE = 0.75;

/** In words; never against the decision that the threshold makes. */
export function verdictOf({ same, probability }: { same: boolean; probability: number }): Verdict {
  const confidence = same ? probability : 1 - probability;
  if (confidence >= SURE) return same ? 'surelySame' : 'surelyDifferent';
  if (confidence >= PROBABLE) return same ? 'probablySame' : 'probablyDifferent';
  return same ? 'barelySame' : 'barelyDifferent';
}
