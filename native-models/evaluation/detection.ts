import type { Box } from '../../contract/values.ts';
import { intersectionOverUnion } from '../../foundation/geometry.ts';

/** A photo whose faces are known: where they are, or only how many there must be at least. */
export type ExpectedFaces = readonly Box[] | number;

interface FoundFace {
  readonly box: Box;
  /** 0…1 */
  readonly score: number;
}

export interface LookedAt {
  readonly expected: ExpectedFaces;
  readonly found: readonly FoundFace[];
}

/** A found face lies on a known one from this intersection over union on (PASCAL VOC). */
const MATCHING_IOU = 0.5;

interface Judged {
  readonly score: number;
  readonly right: boolean;
}

export interface DetectionCounts {
  /** Faces that are known, … */
  readonly faces: number;
  /** … and those of them that were found. */
  readonly found: number;
  /** Found where there is no face, or a second time on the same one. */
  readonly falseAlarms: number;
  readonly judged: readonly Judged[];
}

/** Each found face, the surest first, takes the known face that it lies on best, if nobody has it. */
export function judgeDetections({ expected, found }: LookedAt): DetectionCounts {
  const surest = found.toSorted((a, b) => b.score - a.score);
  if (typeof expected === 'number')
    return counted(
      expected,
      surest.map(({ score }, i) => ({ score, right: i < expected })),
    );
  const taken = new Set<number>();
  const judged = surest.map(({ box, score }) => {
    const [place, overlap] = bestOf(expected, taken, box);
    const right = overlap >= MATCHING_IOU;
    if (right) taken.add(place);
    return { score, right };
  });
  return counted(expected.length, judged);
}

function bestOf(boxes: readonly Box[], taken: ReadonlySet<number>, box: Box): [number, number] {
  let best: [number, number] = [-1, 0];
  for (const [place, known] of boxes.entries()) {
    const overlap = taken.has(place) ? 0 : intersectionOverUnion(box, known);
    if (overlap > best[1]) best = [place, overlap];
  }
  return best;
}

function counted(faces: number, judged: readonly Judged[]): DetectionCounts {
  const found = judged.filter(({ right }) => right).length;
  return { faces, found, falseAlarms: judged.length - found, judged };
}

export interface PrecisionAtRecall {
  readonly score: number;
  readonly precision: number;
  readonly recall: number;
}

/** Precision and recall as the score that is asked for falls; a step per found face. */
export function precisionRecall(all: readonly DetectionCounts[]): readonly PrecisionAtRecall[] {
  const faces = all.reduce((sum, each) => sum + each.faces, 0);
  const judged = all.flatMap((each) => each.judged).sort((a, b) => b.score - a.score);
  let right = 0;
  return judged.map(({ score, right: is }, i) => {
    right += is ? 1 : 0;
    return { score, precision: right / (i + 1), recall: faces === 0 ? 0 : right / faces };
  });
}

/**
 * The area under precision over recall, precision taken as the best at that recall or more (all points,
 * as PASCAL VOC since 2010). Faces that no score finds count as never found.
 */
export function averagePrecision(curve: readonly PrecisionAtRecall[]): number {
  let [area, best, after] = [0, 0, curve.at(-1)?.recall ?? 0];
  for (let i = curve.length - 1; i >= 0; i--) {
    const { precision, recall } = curve[i]!;
    area += (after - recall) * best;
    best = Math.max(best, precision);
    after = recall;
  }
  return area + after * best;
}

/** 95 % of a share that was counted (Wilson 1927); the whole range where nothing was counted. */
export function shareInterval(
  count: number,
  of: number,
): { readonly low: number; readonly high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const share = count / of;
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const middle = share + (z * z) / (2 * of);
  const scale = 1 + (z * z) / of;
  return {
    low: Math.max(0, (middle - spread) / scale),
    high: Math.min(1, (middle + spread) / scale),
  };
}
