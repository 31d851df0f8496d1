import type { Box, Point } from '../../contract/values.ts';
import { areaOf, centerOf } from './geometry.ts';

export interface PrincipalFace {
  /** Index into the boxes; null without any. */
  readonly principal: number | null;
  readonly principalIsClear: boolean;
}

export type Subject = 'largest' | 'central' | { readonly at: Point };

/** Nobody would mistake the subject of a portrait whose face has three times the area of the next. */
const CLEAR_RATIO = 3;

/**
 * The face a portrait is of: the largest, or with `central` the one that is large and near the
 * middle of the picture. With `at` it is the one that somebody has pointed at: the point, in pixels
 * of the picture, lies in its box; none where it lies in no box.
 */
export function choosePrincipal(
  boxes: readonly Box[],
  picture: { readonly width: number; readonly height: number },
  subject: Subject,
): PrincipalFace {
  if (typeof subject === 'object') return choosePointedAt(boxes, subject.at);
  const weights = boxes.map((box) =>
    subject === 'largest' ? areaOf(box) : areaOf(box) * centrality(box, picture),
  );
  const best = Math.max(...weights);
  const rivals = weights.filter((weight) => weight * CLEAR_RATIO > best);
  return boxes.length === 0
    ? { principal: null, principalIsClear: false }
    : { principal: weights.indexOf(best), principalIsClear: rivals.length === 1 };
}

/** Where boxes overlap, the one whose center is nearest for its size. */
function choosePointedAt(boxes: readonly Box[], [x, y]: Point): PrincipalFace {
  const distances = boxes.map((box) => {
    const [centerX, centerY] = centerOf(box);
    const [across, down] = [(x - centerX) / box.width, (y - centerY) / box.height];
    return Math.max(Math.abs(across), Math.abs(down)) <= 0.5 ? Math.hypot(across, down) : Infinity;
  });
  const nearest = Math.min(...distances);
  return nearest === Infinity
    ? { principal: null, principalIsClear: false }
    : { principal: distances.indexOf(nearest), principalIsClear: true };
}

/** 1 in the middle, a thousandth at a distance of half the picture's shorter side. */
function centrality(
  box: Box,
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const [x, y] = centerOf(box);
  const offset = Math.hypot(x - width / 2, y - height / 2) / (Math.min(width, height) / 2);
  return 0.001 ** (offset ** 2);
}
