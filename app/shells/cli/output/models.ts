import type { ModelSummary } from '../../../../contract/commands.ts';
import type { Format, Paint } from './paint.ts';
import { table } from './table.ts';
import { clipped, size } from './words.ts';

const stateColors = {
  ready: 'green',
  available: 'dim',
  missing: 'yellow',
  corrupt: 'red',
} as const satisfies Record<ModelSummary['state'], Format>;

const HASH_DIGITS = 12;
const LICENSE_WIDTH = 36;

/** Models as a table; the active one of each role is starred. */
export function modelTable(models: readonly ModelSummary[], paint: Paint): string {
  const titles = ['', 'id', 'role', 'state', 'version', 'size', 'sha256', 'license', 'origin'];
  const rows = models.map((model) => [
    model.active ? paint('green', '*') : '',
    model.id,
    model.role,
    paint(stateColors[model.state], model.state),
    model.version,
    size(model.bytes),
    model.sha256.slice(0, HASH_DIGITS),
    clipped(model.license, LICENSE_WIDTH),
    model.origin,
  ]);
  const align = ['left', 'left', 'left', 'left', 'left', 'right'] as const;
  return table([titles.map((title) => paint('dim', title)), ...rows], align);
}

export const isBroken = ({ state }: ModelSummary) => state === 'corrupt' || state === 'missing';
