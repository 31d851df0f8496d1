/** Pixels of the longer side that are offered. */
export const sizes: readonly number[] = [
  128, 192, 256, 384, 512, 640, 768, 1024, 1280, 1536, 2048, 3072, 4096, 6144, 8192,
];

/** Index of the offered size next to one that may come from another painting. */
export const sizeAt = (size: number): number =>
  sizes.reduce(
    (best, offered, index) =>
      Math.abs(offered - size) < Math.abs(sizes[best]! - size) ? index : best,
    0,
  );

/** What is painted where it does not take too long, in pixels. */
export const WANTED_SIZE = 1024;
/** What somebody is ready to wait for a first painting, in seconds. */
const PATIENCE = 150;
const SMALLEST = 256;

/** A size that was found for a person, and why it is not larger. */
export interface UsualSize {
  readonly size: number;
  /** What the wanted size would take, in seconds. */
  readonly wantedSeconds: number;
}

/**
 * The wanted size where it is painted soon enough, else the largest offered one that is; at least 256
 * pixels.
 *
 * @param secondsAt asks what a size takes; as few times as possible, as each asks the host
 */
export async function usualSize(secondsAt: (size: number) => Promise<number>): Promise<UsualSize> {
  const wantedSeconds = await secondsAt(WANTED_SIZE);
  const smaller = sizes.filter((size) => size >= SMALLEST && size < WANTED_SIZE).toReversed();
  if (wantedSeconds <= PATIENCE) return { size: WANTED_SIZE, wantedSeconds };
  for (const size of smaller) {
    // Time goes with the pixels, near enough to know which sizes are not worth asking for.
    const guess = wantedSeconds * (size / WANTED_SIZE) ** 2;
    if (guess <= 1.2 * PATIENCE && (await secondsAt(size)) <= PATIENCE)
      return { size, wantedSeconds };
  }
  return { size: SMALLEST, wantedSeconds };
}
