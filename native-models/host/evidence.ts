import type { ManifestOf } from '../../contract/manifest.ts';
import { findVerifier } from '../catalog/verifiers.ts';
import { distance } from '../evaluation/compare.ts';
import { logOddsOf } from '../evaluation/verifier/verifier.ts';

/** Says how much two encodings of one encoder speak for one person. */
export interface Evidence {
  readonly source: 'verifier' | 'curve';
  /** Log-odds at a prior of one half. */
  readonly logOdds: (a: Float32Array, b: Float32Array) => number;
  readonly warnings: readonly string[];
}

/** By the verifier of the encoder where there is one, else by its manifest's curve on distance. */
export async function loadEvidence(
  userModels: string,
  encoder: ManifestOf<'encoder'>,
): Promise<Evidence> {
  const { verifier, warnings } = await findVerifier(userModels, encoder);
  if (verifier === null) return { source: 'curve', logOdds: curveOf(encoder), warnings };
  return { source: 'verifier', logOdds: (a, b) => logOddsOf(verifier, a, b), warnings };
}

function curveOf({ task }: ManifestOf<'encoder'>): Evidence['logOdds'] {
  const { slope, midpoint } = task.probability;
  return (a, b) => slope * (midpoint - distance(a, b));
}
