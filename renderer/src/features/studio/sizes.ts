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
