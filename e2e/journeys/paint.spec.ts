import sharp from 'sharp';
import { pixelsOf, Studio } from '../pages/studio.ts';
import { paintingPictures } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

const STEPS = 200;
const PATIENCE = { timeout: 90_000 };

test('a photo is painted, stopped, taken up again, exported and painted once more', async ({
  app,
  folder,
}) => {
  test.setTimeout(400_000);
  const { content, style } = await paintingPictures(folder);
  const studio = new Studio(app);
  await app.goTo('Studio');
  await studio.prepare(content, style, STEPS);

  await studio.start();
  await expect(studio.state('Painting')).toBeVisible(PATIENCE);
  await expect(app.page.getByRole('img', { name: 'The painting so far' })).toBeVisible(PATIENCE);
  await studio.press('Stop');
  await expect(studio.state('Stopped')).toBeVisible();
  const stoppedAt = await studio.progress.getAttribute('aria-valuenow');
  expect(Number(stoppedAt)).toBeLessThan(100);

  await studio.press('Continue');
  await expect(studio.state('Finished')).toBeVisible(PATIENCE);
  await app.hand.slide(app.page.getByRole('slider', { name: 'Before and after' }), 40);
  const first = await studio.export('PNG');
  const { width, format } = await sharp(first).metadata();
  expect({ width, format }).toMatchObject({ format: 'png' });
  const deep = await sharp(await studio.export('TIFF, 16 bits per channel')).metadata();
  expect(deep).toMatchObject({ format: 'tiff', depth: 'ushort', width });

  await studio.takeSettingsOver();
  await studio.start();
  await expect(studio.state('Finished')).toBeVisible(PATIENCE);
  const second = await studio.export('PNG');
  expect((await pixelsOf(second)).equals(await pixelsOf(first))).toBe(true);
});
