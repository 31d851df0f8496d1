import type { CommandOutput } from '../../../contract/commands.ts';
import type { Box } from '../../../contract/values.ts';

/** A face as it is drawn into a picture. */
export interface FaceMark {
  /** Pixels of the upright picture. */
  readonly box: Box;
  readonly label: string;
  readonly tone: 'known' | 'unknown';
}

type IdentifiedFace = CommandOutput<'identification.identify'>['faces'][number];

export function markIdentified({ box, decision, matches }: IdentifiedFace): FaceMark {
  const [best] = matches;
  return decision === 'identified' && best !== undefined
    ? { box, label: best.name, tone: 'known' }
    : { box, label: 'unknown', tone: 'unknown' };
}
