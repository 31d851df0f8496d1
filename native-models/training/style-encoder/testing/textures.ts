import { RandomStream } from '../../../../foundation/random.ts';
import type { RgbImage } from '../../../images/rgb-image.ts';

/** Colored waves over noise: pictures with structure of several sizes, another for every seed. */
export function texture(seed: number, width = 72, height = 64): RgbImage {
  const random = new RandomStream(seed, 'texture');
  const waves = Array.from({ length: 4 }, () => ({
    angle: Math.PI * random.uniform(),
    pace: 0.1 + 0.8 * random.uniform(),
    color: [0, 1, 2].map(() => 50 * random.normal()),
  }));
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++, i++) {
        const sum = waves.reduce(
          (total, { angle, pace, color }) =>
            total + color[channel]! * Math.sin(pace * (x * Math.cos(angle) + y * Math.sin(angle))),
          128 + 6 * random.normal(),
        );
        data[i] = Math.min(255, Math.max(0, sum));
      }
  return { width, height, data };
}
