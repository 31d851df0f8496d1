import { describe, expect, test } from 'vitest';
import type { Picture } from '../picture.ts';
import { countingRuntime } from '../../runtime/testing/counting-runtime.ts';
import { speedOf } from '../forecast.ts';
import { fade, pattern, runtime, sceneOf } from '../testing/scenes.ts';
import { openObjective } from './open.ts';
import type { Scene } from './scene.ts';

const WIDTH = 76;
const HEIGHT = 61;
const content = pattern(WIDTH, HEIGHT, 1);
const style = (seed: number, mask: Picture | null = null, weight = 1) => ({
  picture: pattern(48, 40, seed),
  mask,
  weight,
});

async function evaluate(scene: Scene, picture: Picture, step = 1) {
  const objective = await openObjective(runtime, scene);
  const gradient = new Float32Array(picture.data.length);
  const evaluation = await objective.evaluate(picture, gradient, step);
  await objective.dispose();
  return { ...evaluation, gradient };
}

const scenes = {
  'one style': [style(5)],
  'two styles': [style(5), style(9, null, 3)],
  'one of two with a mask': [style(5), style(9, fade(WIDTH, HEIGHT))],
};

describe.each(Object.entries(scenes))('%s', (_, styles) => {
  const picture = pattern(WIDTH, HEIGHT, 2);

  test('the gradient is that of the loss', async () => {
    const scene = sceneOf(content, styles);
    const { gradient } = await evaluate(scene, picture);
    // Along the gradient itself, where the difference is far above the rounding of float32.
    const length = 2e-2 / Math.hypot(...gradient);
    const moved = (by: number): Picture => ({
      ...picture,
      data: picture.data.map((value, i) => value + by * gradient[i]!),
    });
    const [ahead, behind] = [
      await evaluate(scene, moved(length)),
      await evaluate(scene, moved(-length)),
    ];
    const slope = (ahead.total - behind.total) / (2 * length);
    const expected = gradient.reduce((sum, g) => sum + g * g, 0);
    expect(Math.abs(slope / expected - 1)).toBeLessThan(2e-3);
  });

  test('sliced-Wasserstein: tiles give what the whole gives', async () => {
    const scene = sceneOf(content, styles, { loss: 'swd' });
    const whole = await evaluate(scene, picture);
    const tiled = await evaluate({ ...scene, largestCore: 32 }, picture);
    expect(whole.losses.style).toBeGreaterThan(0.01);
    expect(tiled.losses.style).toBeCloseTo(whole.losses.style, 5);
    const difference = Math.hypot(...whole.gradient.map((g, i) => g - tiled.gradient[i]!));
    expect(difference / Math.hypot(...whole.gradient)).toBeLessThan(1e-3);
  });

  test('tiles give what the whole gives, wherever they lie', async () => {
    const whole = await evaluate(sceneOf(content, styles), picture);
    for (const step of [1, 2, 3]) {
      const tiled = await evaluate(sceneOf(content, styles, { largestCore: 32 }), picture, step);
      expect(Math.abs(tiled.total / whole.total - 1)).toBeLessThan(1e-5);
      expect(tiled.losses.style).toBeCloseTo(whole.losses.style, 6);
      const difference = Math.hypot(...whole.gradient.map((g, i) => g - tiled.gradient[i]!));
      expect(difference / Math.hypot(...whole.gradient)).toBeLessThan(1e-4);
    }
  });
});

test('is nothing where the picture is content and style in one, but for its variation', async () => {
  const { losses } = await evaluate(
    sceneOf(content, [{ picture: content, mask: null, weight: 1 }]),
    content,
  );
  expect(losses.content).toBe(0);
  expect(losses.style).toBeLessThan(1e-9);
  expect(losses.totalVariation).toBeGreaterThan(0);
});

test('a mask keeps a style out of where it is black', async () => {
  const right: Picture = {
    ...fade(WIDTH, HEIGHT),
    data: Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH < 40 ? 0 : 1)),
  };
  const scene = sceneOf(content, [style(5, right)]);
  const { gradient } = await evaluate(
    { ...scene, recipe: { ...scene.recipe, weights: { content: 0, style: 1, totalVariation: 0 } } },
    content,
  );
  const columns = Array.from({ length: WIDTH }, (_, x) =>
    Math.hypot(...gradient.filter((__, i) => i % WIDTH === x)),
  );
  // The deepest style layer sees some pixels beyond its own.
  expect(Math.max(...columns.slice(0, 24))).toBe(0);
  expect(Math.min(...columns.slice(40))).toBeGreaterThan(0);
});

describe('sessions are closed where something fails', () => {
  test.each(['gram', 'swd'] as const)('while an objective is opened: %s', async (loss) => {
    for (const largestCore of [32, 1024]) {
      const scene = { ...sceneOf(content, [style(5)], { loss }), largestCore };
      const whole = countingRuntime(runtime);
      await (await openObjective(whole.runtime, scene)).dispose();
      expect([whole.open(), whole.asked() > 0]).toEqual([0, true]);
      for (let failsAt = 1; failsAt <= whole.asked(); failsAt++) {
        const failing = countingRuntime(runtime, failsAt);
        await expect(openObjective(failing.runtime, scene)).rejects.toThrow('no memory');
        expect([failsAt, failing.open()]).toEqual([failsAt, 0]);
      }
    }
  });

  test('while the speed of an encoder is measured', async () => {
    const failing = countingRuntime(runtime, Infinity, false);
    await expect(speedOf(failing.runtime, sceneOf(content, [style(5)]))).rejects.toThrow('run');
    expect([failing.asked(), failing.open()]).toEqual([1, 0]);
  });
});
