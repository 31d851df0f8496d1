import type { Box } from '../../contract/values.ts';

/**
 * Detectors mark more or less of forehead and hair, and the small one draws wide squares: a third
 * of overlap is plainly the same face, and far more than neighboring faces share.
 */
const SAME_FACE_IOU = 0.3;

export interface DetectionCount {
  readonly marked: number;
  /** Marked faces that a detection covers; each detection counts for one face. */
  readonly found: number;
  /** Detections of nothing, and second ones of the same face. */
  readonly false: number;
}

/** Pairs detections with marked faces one to one, the best overlaps first. */
export function countDetections(marked: readonly Box[], detected: readonly Box[]): DetectionCount {
  const overlaps = marked
    .flatMap((face, i) => detected.map((box, j) => ({ i, j, overlap: iou(face, box) })))
    .filter(({ overlap }) => overlap >= SAME_FACE_IOU)
    .sort((a, b) => b.overlap - a.overlap);
  const faces = new Set<number>();
  const boxes = new Set<number>();
  for (const { i, j } of overlaps)
    if (!faces.has(i) && !boxes.has(j)) {
      faces.add(i);
      boxes.add(j);
    }
  return { marked: marked.length, found: faces.size, false: detected.length - boxes.size };
}

export function addCounts(counts: readonly DetectionCount[]): DetectionCount {
  const total = (part: (count: DetectionCount) => number) =>
    counts.reduce((sum, count) => sum + part(count), 0);
  return {
    marked: total((count) => count.marked),
    found: total((count) => count.found),
    false: total((count) => count.false),
  };
}

function iou(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / (a.width * a.height + b.width * b.height - common);
}
