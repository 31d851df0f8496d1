import type { Box } from '../../app/contract/values.ts';
import { areaOf, centreOf } from './geometry.ts';

export interface PrincipalFace {
  /** Index into the boxes; null without any. */
  readonly principal: number | null;
  readonly principalIsClear: boolean;
}

/** Nobody would mistake the subject of a portrait whose face has three times the area of the next. */
const CLEAR_RATIO = 3;

/**
 * The face a portrait is of: the largest, or with `central` the one that is large and near the
 * middle of the picture.
 */
export function choosePrincipal(
  boxes: readonly Box[],
  picture: { readonly width: number; readonly height: number },
  subject: 'largest' | 'central',
): PrincipalFace {
  const weights = boxes.map((box) =>
    subject === 'largest' ? areaOf(box) : areaOf(box) * centrality(box, picture),
  );
  const best = Math.max(...weights);
  const rivals = weights.filter((weight) => weight * CLEAR_RATIO > best);
  return boxes.length === 0
    ? { principal: null, principalIsClear: false }
    : { principal: weights.indexOf(best), principalIsClear: rivals.length === 1 };
}

/** 1 in the middle, a thousandth at a distance of half the picture's shorter side. */
function centrality(
  box: Box,
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const [x, y] = centreOf(box);
  const offset = Math.hypot(x - width / 2, y - height / 2) / (Math.min(width, height) / 2);
  return 0.001 ** (offset ** 2);
}
