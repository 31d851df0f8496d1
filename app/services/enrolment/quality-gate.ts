import { LikenessError } from '../../contract/errors.ts';
import type { Quality } from '../../contract/values.ts';

/**
 * Only faces that would hurt recognition are refused: fewer pixels between the eyes than the
 * encoder can use, or several grave defects at once. Lesser ones are kept as the template's quality.
 */
const LEAST_EYE_DISTANCE = 10;
const LEAST_SCORE = 0.02;

/** @throws LikenessError `low_quality` with the reasons, worst first, in message and details. */
export function refuseUnusable({ score, reasons, flaws, measures }: Quality, name: string): void {
  if (measures.eyeDistance >= LEAST_EYE_DISTANCE && score >= LEAST_SCORE) return;
  throw new LikenessError(
    'low_quality',
    `The face in ${name} is not good enough to be enrolled. ${reasons.join(' ')}`.trim(),
    { details: { file: name, score, reasons, flaws, measures } },
  );
}
