import type { Box } from '../../contract/values.ts';
import { intersectionOverUnion } from './geometry.ts';

/** A face that is followed from frame to frame. */
export interface Track {
  /** Never used twice within a stream. */
  readonly id: number;
  readonly box: Box;
  /** Frames since the face was last found; 0 in this one. */
  readonly missed: number;
}

/** A track, and which box of the frame is its face. */
export interface Link {
  readonly track: Track;
  /** null where the face was missed. */
  readonly boxIndex: number | null;
}

/** What overlaps less is another face. */
const SAME_FACE_IOU = 0.3;
/** A face that was hidden for so many frames comes back under its own number. */
const FORGET_AFTER = 10;

/**
 * Hands the boxes of a new frame to the tracks of the last one, greedily by overlap; boxes that
 * are left open new tracks. Tracks that found no box stay for a while, with `missed` counted up.
 *
 * @param nextId the first free number
 * @returns the tracks with their boxes' indices (null where missed), in no particular order
 */
export function associate(
  tracks: readonly Track[],
  boxes: readonly Box[],
  nextId: number,
): readonly Link[] {
  const pairs = bestPairs(tracks, boxes);
  const taken = new Set(pairs.values());
  const kept = tracks.flatMap((track): Link[] => {
    const boxIndex = pairs.get(track.id) ?? null;
    if (boxIndex !== null)
      return [{ track: { id: track.id, box: boxes[boxIndex]!, missed: 0 }, boxIndex }];
    const missed = track.missed + 1;
    return missed > FORGET_AFTER ? [] : [{ track: { ...track, missed }, boxIndex }];
  });
  const opened = boxes
    .map((box, boxIndex) => ({ box, boxIndex }))
    .filter(({ boxIndex }) => !taken.has(boxIndex))
    .map(({ box, boxIndex }, i) => ({ track: { id: nextId + i, box, missed: 0 }, boxIndex }));
  return [...kept, ...opened];
}

/** Track number → box index; the pair that overlaps most goes first. */
function bestPairs(tracks: readonly Track[], boxes: readonly Box[]): Map<number, number> {
  const candidates = tracks
    .flatMap(({ id, box }) =>
      boxes.map((other, boxIndex) => ({ id, boxIndex, iou: intersectionOverUnion(box, other) })),
    )
    .filter(({ iou }) => iou >= SAME_FACE_IOU)
    .sort((a, b) => b.iou - a.iou);
  const pairs = new Map<number, number>();
  const taken = new Set<number>();
  for (const { id, boxIndex } of candidates) {
    if (pairs.has(id) || taken.has(boxIndex)) continue;
    pairs.set(id, boxIndex);
    taken.add(boxIndex);
  }
  return pairs;
}
