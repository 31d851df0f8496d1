import type { CommandOutput } from '../../../../contract/commands.ts';
import { confidenceOf, type Confidence } from '../../../../contract/confidence.ts';
import type { Box } from '../../../../contract/values.ts';
import { nameShown } from '../output/text.ts';

/** A face as it is drawn into a picture. */
export interface FaceMark {
  /** Pixels of the upright picture. */
  readonly box: Box;
  readonly label: string;
  /** How sure the name is. */
  readonly tone: Confidence | 'unknown';
}

type IdentifiedFace = CommandOutput<'identification.identify'>['faces'][number];

export function markIdentified(face: IdentifiedFace): FaceMark {
  const { box, matches } = face;
  const label = nameShown(face);
  return label === null
    ? { box, label: 'unknown', tone: 'unknown' }
    : { box, label, tone: confidenceOf(matches[0]!.probability) };
}
