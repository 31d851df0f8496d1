/** Linear warm-up, then half a cosine (Loshchilov and Hutter 2017). */
export interface Schedule {
  /** The highest learning rate. */
  readonly peak: number;
  /** Steps from 0 to the peak. */
  readonly warmUp: number;
  /** Steps in all. */
  readonly steps: number;
  /** Share of the peak that is left at the end. */
  readonly floor: number;
}

/** @param step the first is 0. */
export function learningRateAt({ peak, warmUp, steps, floor }: Schedule, step: number): number {
  if (step < warmUp) return (peak * (step + 1)) / warmUp;
  const through = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp));
  return peak * (floor + ((1 - floor) * (1 + Math.cos(Math.PI * through))) / 2);
}
