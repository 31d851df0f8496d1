import { buildFilterBank, filterBankManifest } from '../../catalog/style-encoders.ts';
import { Runtime } from '../../runtime/runtime.ts';
import type { StyleEncoder } from '../encoder.ts';
import { groupStyles, type Scene } from '../objective/scene.ts';
import { recipeFor, type PaintingOrder } from '../painter.ts';
import { blankPicture, type Picture } from '../picture.ts';
import { RandomStream } from '../../../foundation/random.ts';

export const runtime = new Runtime({ provider: 'cpu', memoryPattern: false });

export const filterBank: StyleEncoder = {
  graph: buildFilterBank(),
  manifest: {
    ...filterBankManifest,
    bytes: 1,
    sha256: '0'.repeat(64),
  } as StyleEncoder['manifest'],
};

/** Waves with some noise: neither flat nor the same anywhere. */
export function pattern(width: number, height: number, seed: number): Picture {
  const random = new RandomStream(seed, 'pattern');
  const picture = blankPicture({ width, height });
  const area = width * height;
  for (let i = 0; i < picture.data.length; i++) {
    const [x, y, plane] = [i % width, Math.floor((i % area) / width), Math.floor(i / area)];
    const wave = Math.sin((seed + plane) * 0.3 + x / (3 + seed)) * Math.cos(y / (4 + plane));
    picture.data[i] = 0.5 + 0.35 * wave + 0.1 * (random.uniform() - 0.5);
  }
  return picture;
}

/** A mask that is white on the left and fades out to the right. */
export const fade = (width: number, height: number): Picture => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => 1 - (i % width) / (width - 1)),
});

export function sceneOf(
  content: Picture,
  styles: PaintingOrder['styles'],
  changes: Partial<Scene> = {},
): Scene {
  return {
    encoder: filterBank,
    recipe: recipeFor(filterBank, { styleStrength: 1 }),
    content,
    groups: groupStyles(styles),
    loss: 'gram',
    styleScale: 1,
    seed: 3,
    largestCore: Infinity,
    ...changes,
  };
}
