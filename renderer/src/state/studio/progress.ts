import type { PaintingJob } from '../../../../contract/paintings.ts';

/** How far a painting is, 0 to 1, in work: late steps are larger than early ones. */
export const shareOf = (progress: NonNullable<PaintingJob['progress']>): number =>
  progress.share ?? progress.step / Math.max(1, progress.steps);
