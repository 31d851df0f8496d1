import { LikenessError } from '../../../contract/errors.ts';
import type { ModelManifest } from '../../../contract/manifest.ts';

/** The file does something else than the manifest says; `field` is the manifest's. */
export function incompatible(
  manifest: ModelManifest,
  field: string,
  problem: string,
  cause?: unknown,
): LikenessError {
  return new LikenessError(
    'model_incompatible',
    `The model ${manifest.id} does not fit its manifest: ${field}: ${problem}.`,
    { details: { model: manifest.id, field, problem }, cause },
  );
}

export const shown = (dims: readonly (number | string)[]): string => `[${dims.join(', ')}]`;
