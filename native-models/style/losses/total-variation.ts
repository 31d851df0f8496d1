import { planesOf, type Picture } from '../picture.ts';

/**
 * Sum of squared differences between neighbors, of all planes, and its derivative times `weight`
 * added to `gradient`: what the graph of `totalVariation` computes, without its copies of the
 * picture.
 */
export function addTotalVariation(
  picture: Picture,
  weight: number,
  gradient: Float32Array,
): number {
  const { width, height, data } = picture;
  const area = width * height;
  const factor = 2 * weight;
  let sum = 0;
  for (let plane = 0; plane < planesOf(picture); plane++)
    for (let y = 0; y < height; y++) {
      const row = plane * area + y * width;
      const end = row + width - 1;
      for (let i = row; i < end; i++) {
        const across = data[i + 1]! - data[i]!;
        sum += across * across;
        gradient[i]! -= factor * across;
        gradient[i + 1]! += factor * across;
      }
      if (y + 1 === height) continue;
      for (let i = row; i <= end; i++) {
        const down = data[i + width]! - data[i]!;
        sum += down * down;
        gradient[i]! -= factor * down;
        gradient[i + width]! += factor * down;
      }
    }
  return sum;
}
