import { describe, expect, test } from 'vitest';
import { PaintingSettings } from '../../contract/paintings.ts';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { createPainter } from './paint.ts';
import type { StyleEncoder } from './encoder.ts';
import type { PaintingOrder, PaintingStep } from './painter.ts';
import type { Picture } from './picture.ts';
import { filterBank, pattern, runtime } from './testing/scenes.ts';

const painter = createPainter(runtime);

function orderWith(
  changes: Partial<PaintingSettings> = {},
  rest: Partial<PaintingOrder> = {},
): PaintingOrder {
  const settings = PaintingSettings.parse({
    ...{ content: 'content.png', styles: [{ path: 'style.png' }], size: 64, steps: 6, seed: 3 },
    ...changes,
  });
  return {
    content: pattern(64, 48, 1),
    styles: [{ picture: pattern(60, 60, 7), weight: 1, mask: null }],
    start: { kind: 'content' },
    ...{ encoder: filterBank, settings, ...rest },
  };
}

/** Paints to the end; the checkpoint is as a file would have brought it back. */
async function paint(order: PaintingOrder, savedAt = 0, from: Checkpoint | null = null) {
  const steps: Pick<PaintingStep, 'step' | 'steps' | 'losses'>[] = [];
  let saved: Checkpoint | null = null;
  const painting = painter.paint(order, from);
  for (;;) {
    const next = await painting.next();
    if (next.done === true) return { steps, saved, picture: next.value };
    const { step, losses } = next.value;
    steps.push({ step, steps: next.value.steps, losses });
    if (step === savedAt)
      saved = decodeCheckpoint(Buffer.concat(encodeCheckpoint(next.value.checkpoint())));
  }
}

const big = { size: 182, steps: 4 } as const;
const bigPictures = { content: pattern(182, 140, 1) };

describe('paints', () => {
  test('from coarse to fine, and comes nearer to the style', async () => {
    const { steps, picture } = await paint(orderWith({ ...big, steps: 30 }, bigPictures));
    expect(picture).toMatchObject({ width: 182, height: 140 });
    expect(steps).toHaveLength(30 + 21);
    expect(steps.map(({ step }) => step)).toEqual([...Array(51).keys()].map((i) => i + 1));
    expect(steps.at(-1)!.losses.style).toBeLessThan(0.2 * steps[0]!.losses.style);
    expect(Math.min(...picture.data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...picture.data)).toBeLessThanOrEqual(1);
  });

  test('with sliced-Wasserstein statistics as well', async () => {
    const { steps } = await paint(orderWith({ loss: 'swd', steps: 30 }));
    expect(steps.at(-1)!.losses.style).toBeLessThan(0.5 * steps[0]!.losses.style);
  });

  test('in tiles the picture that it paints in one piece', async () => {
    const order = orderWith({ size: 512, steps: 20 }, { content: pattern(512, 384, 1) });
    const small = { ...order, settings: { ...order.settings, memoryBudgetMb: 380 } };
    expect((await painter.forecast(order)).tiles).toBe(1);
    expect((await painter.forecast(small)).tiles).toBeGreaterThan(3);
    const [whole, tiled] = [await paint(order), await paint(small)];
    expect(tiled.steps).toHaveLength(whole.steps.length);
    const difference = meanDifference(whole.picture, tiled.picture);
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(1 / 255);
  });

  test('with the luminance of the painting in the colors of the photo', async () => {
    const gray = pattern(64, 48, 1);
    const content = { ...gray, data: gray.data.map((_, i) => gray.data[i % (64 * 48)]!) };
    const { picture } = await paint(orderWith({ keepColors: 'luminance' }, { content }));
    const [red, green] = [picture.data.subarray(0, 3072), picture.data.subarray(3072, 6144)];
    expect(Math.max(...red.map((value, i) => Math.abs(value - green[i]!)))).toBeLessThan(1e-5);
  });

  test('from noise, another for another seed, and the same for the same', async () => {
    const noise = (seed: number) =>
      paint(orderWith({ initial: 'noise', seed }, { start: { kind: 'noise', seed } }));
    const [a, again, b] = [await noise(1), await noise(1), await noise(2)];
    expect(again.picture.data).toEqual(a.picture.data);
    expect(b.picture.data).not.toEqual(a.picture.data);
  });
});

describe.each([
  ['adam', 'gram', 64],
  ['lbfgs', 'gram', 64],
  ['adam', 'swd', 64],
  ['adam', 'gram', 182],
] as const)('%s with %s at %d pixels', (optimizer, loss, size) => {
  const order = orderWith(
    { optimizer, loss, ...big, size },
    size === 182 ? bigPictures : { content: pattern(64, 48, 1) },
  );

  test.each([1, 3, 4])('goes on after step %d as if nothing had been', async (step) => {
    const whole = await paint(order, step);
    const resumed = await paint(order, 0, whole.saved);
    expect(resumed.steps[0] ?? { step: step + 1 }).toMatchObject({ step: step + 1 });
    expect(resumed.picture.data).toEqual(whole.picture.data);
  });
});

describe('refuses', () => {
  test('the state of another painting', async () => {
    const { saved } = await paint(orderWith(), 2);
    const other = orderWith({}, { content: pattern(64, 40, 1) });
    await expect(paint(other, 0, saved)).rejects.toMatchObject({ code: 'checkpoint_incompatible' });
  });

  test('the state of other settings', async () => {
    const { saved } = await paint(orderWith(), 2);
    await expect(paint(orderWith({ seed: 4 }), 0, saved)).rejects.toMatchObject({
      code: 'checkpoint_incompatible',
    });
  });

  test('a size at which the encoder sees next to nothing', async () => {
    const sliver = orderWith({}, { content: pattern(64, 12, 1) });
    await expect(paint(sliver)).rejects.toMatchObject({ code: 'image_too_small' });
  });

  test('a budget that not even the smallest tiles keep to', async () => {
    const order = orderWith(
      { memoryBudgetMb: 200, optimizer: 'lbfgs' },
      { content: pattern(900, 700, 1) },
    );
    await expect(painter.forecast(order)).rejects.toMatchObject({ code: 'memory_insufficient' });
  });

  test('to go on with values that are no numbers, naming the step', async () => {
    const broken = orderWith({}, { encoder: withNotANumber(filterBank) });
    await expect(paint(broken)).rejects.toMatchObject({
      code: 'painting_diverged',
      details: { step: 1 },
    });
  });
});

function withNotANumber(encoder: StyleEncoder): StyleEncoder {
  const constants = new Map(encoder.graph.constants);
  const [name, tensor] = [...constants].find(([, { shape }]) => shape.length === 4)!;
  const data = Float32Array.from(tensor.data as Float32Array).fill(NaN, 0, 1);
  constants.set(name, { ...tensor, data } as typeof tensor);
  return { ...encoder, graph: { ...encoder.graph, constants } };
}

function meanDifference(a: Picture, b: Picture): number {
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;
}
