import { confidenceOf, type Confidence } from '../../../contract/confidence.ts';

export { alsoNear } from '../../../contract/confidence.ts';

export type Verdict =
  | 'surelySame'
  | 'probablySame'
  | 'barelySame'
  | 'barelyDifferent'
  | 'probablyDifferent'
  | 'surelyDifferent';

const same = {
  sure: 'surelySame',
  probable: 'probablySame',
  barely: 'barelySame',
} as const satisfies Record<Confidence, Verdict>;
const different = {
  sure: 'surelyDifferent',
  probable: 'probablyDifferent',
  barely: 'barelyDifferent',
} as const satisfies Record<Confidence, Verdict>;

/** A comparison of two faces in words; never against the decision that the threshold makes. */
export function verdictOf(result: { same: boolean; probability: number }): Verdict {
  return result.same
    ? same[confidenceOf(result.probability)]
    : different[confidenceOf(1 - result.probability)];
}

/** What the color of a face says: how sure its name is, or that it has none. */
export type Tone = Confidence | 'unknown' | 'looking';

/**
 * The tone of a face, the same on Live, on photos and in the kiosk. As a color on the page it is
 * `var(--tone-<tone>)`, over pictures `pictureTones[tone]`.
 *
 * @param named the person who is named, with the probability beside the name; null where nobody is
 */
export function toneOf(
  decision: 'identified' | 'unknown' | 'looking',
  named: { readonly probability: number } | null | undefined,
): Tone {
  if (decision !== 'identified') return decision;
  return named ? confidenceOf(named.probability) : 'looking';
}

/** Colors of boxes and dots over a photo or a camera picture, where no theme applies. */
export const pictureTones: Readonly<Record<Tone, string>> = {
  sure: '#7ee2ad',
  probable: '#d3e27a',
  barely: '#ffd08a',
  unknown: '#ffffff',
  looking: '#ffffff',
};
