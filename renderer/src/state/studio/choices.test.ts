import { expect, test } from 'vitest';
import { PaintingSettings } from '../../../../contract/paintings.ts';
import {
  choicesOf,
  extrasOf,
  settingsOf,
  usualChoices,
  withStyle,
  type DraftStyle,
} from './choices.ts';

test('the usual choices are settings of the contract', () => {
  const settings = settingsOf('/a.jpg', [{ path: '/b.jpg', weight: 1 }], usualChoices, {});
  expect(PaintingSettings.parse(settings)).toMatchObject({
    content: '/a.jpg',
    styles: [{ path: '/b.jpg', weight: 1 }],
    size: 1024,
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

const styleOf = (key: number, more: Partial<DraftStyle> = {}): DraftStyle => ({
  ...{ key, picture: { path: `/${key}`, name: '', width: 1, height: 1, preview: new Blob() } },
  ...{ sample: undefined, weight: 1, place: 'everywhere', mask: undefined, ...more },
});
const alone = { isMixing: false, most: 8 };

test('a chosen style takes the place of the one before, and goes where that went', () => {
  const [style, ...others] = withStyle([styleOf(1, { place: 'surroundings' })], styleOf(2), alone);
  expect(others).toEqual([]);
  expect(style).toMatchObject({ key: 2, place: 'surroundings' });
});

test('mixed styles stand beside each other, up to eight', () => {
  const mixing = { ...alone, isMixing: true };
  const all = [1, 2, 3, 4, 5, 6, 7, 8, 9].reduce<readonly DraftStyle[]>(
    (styles, key) => withStyle(styles, styleOf(key), mixing),
    [],
  );
  expect(all.map(({ key }) => key)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
