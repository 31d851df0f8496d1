import { expect, test } from 'vitest';
import { PaintingSettings } from '../../../../app/contract/painting.ts';
import { choicesOf, extrasOf, settingsOf, usualChoices } from './choices.ts';

test('the usual choices are settings of the contract', () => {
  const settings = settingsOf('/a.jpg', [{ path: '/b.jpg', weight: 1 }], usualChoices, {});
  expect(PaintingSettings.parse(settings)).toMatchObject({
    content: '/a.jpg',
    styles: [{ path: '/b.jpg', weight: 1 }],
    size: 512,
    initial: 'content',
  });
  expect(settings).not.toHaveProperty('encoder');
  expect(settings).not.toHaveProperty('memoryBudgetMb');
});

test('a painting that is taken over is painted with every setting that it had', () => {
  const original = PaintingSettings.parse({
    content: '/a.jpg',
    styles: [
      { path: '/b.jpg', weight: 2, mask: '/m.png' },
      { path: '/c.jpg', weight: 0.5 },
    ],
    size: 777,
    steps: 123,
    styleStrength: 3.5,
    styleScale: 0.3,
    encoder: 'vgg19',
    contentLayer: 'conv3_2',
    styleLayers: { conv1_1: 1, conv2_1: 0.5 },
    loss: 'swd',
    optimizer: 'lbfgs',
    keepColors: 'luminance',
    initial: { path: '/start.png' },
    seed: 42,
    memoryBudgetMb: 900,
  });
  const styles = original.styles.map(({ path, weight, mask }) => ({
    path,
    weight,
    ...(mask === undefined ? {} : { mask }),
  }));
  const again = settingsOf(original.content, styles, choicesOf(original), extrasOf(original));
  expect(PaintingSettings.parse(again)).toEqual(original);
});

test('noise and the photo stay what a painting starts from', () => {
  for (const initial of ['noise', 'content'] as const) {
    const original = PaintingSettings.parse({ content: 'a', styles: [{ path: 'b' }], initial });
    expect(
      settingsOf('a', [{ path: 'b', weight: 1 }], choicesOf(original), extrasOf(original)),
    ).toMatchObject({ initial });
  }
});
