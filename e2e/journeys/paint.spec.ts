import sharp from 'sharp';
import { pixelsOf, Studio } from '../pages/studio.ts';
import { slowness } from '../support/patience.ts';
import { paintingPictures } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

const STEPS = 200;

/** Long enough for a machine that is ten times slower; what waits here waits while it moves on. */
const LONG = 1_800_000;

test('a photo is painted, stopped, continued, compared, exported and painted once more', async ({
  app,
  folder,
}) => {
  test.setTimeout(LONG);
  const patience = { timeout: 60_000 * slowness() };
  const { content, style } = await paintingPictures(folder);
  const studio = new Studio(app);
  await app.goTo('Studio');
  await studio.prepare(content, style, STEPS);

  await studio.start();
  await expect(studio.state('Painting')).toBeVisible(patience);
  await expect(app.page.getByRole('img', { name: 'The painting so far' })).toBeVisible(patience);
  await studio.press('Stop');
  await expect(studio.state('Stopped')).toBeVisible(patience);
  const stoppedAt = await studio.progress.getAttribute('aria-valuenow');
  expect(Number(stoppedAt)).toBeLessThan(100);

  await studio.press('Continue');
  await studio.waitUntilFinished();
  await studio.press('Before and after');
  await app.hand.slide(app.page.getByRole('slider', { name: 'Before and after' }), 40);
  const first = await studio.export('PNG');
  const { width, format } = await sharp(first).metadata();
  expect({ width, format }).toMatchObject({ format: 'png' });
  const deep = await sharp(await studio.export('TIFF, 16 bits per channel')).metadata();
  expect(deep).toMatchObject({ format: 'tiff', depth: 'ushort', width });

  await studio.takeSettingsOver();
  await studio.start();
  await studio.waitUntilFinished();
  const second = await studio.export('PNG');
  expect((await pixelsOf(second)).equals(await pixelsOf(first))).toBe(true);
});

test('the Studio opens with something to paint: one press, and holding shows the photo', async ({
  app,
}) => {
  test.setTimeout(LONG);
  const studio = new Studio(app);
  await app.goTo('Studio');
  await expect(app.button('Night sky')).toHaveAttribute('aria-pressed', 'true');
  await studio.expectReady();
  await studio.start();
  await expect(studio.state('Painting')).toBeVisible({ timeout: 60_000 * slowness() });
  // A whole painting of the usual size is for people: what it shows so far will do.
  const growing = app.page.getByRole('img', { name: 'The painting so far' });
  await expect(growing).toBeVisible({ timeout: 60_000 * slowness() });
  await expect(app.page.getByRole('img', { name: /^Content and style loss/u })).toBeHidden();

  const before = app.page.getByRole('img', { name: 'Before' });
  await expect(before).toBeHidden();
  await studio.hold(async () => expect(before).toBeVisible());
  await expect(before).toBeHidden();
  await studio.press('Discard');
  await app.hand.press(app.button('Discard', app.page.getByRole('alertdialog').or(app.dialog())));
  await expect(studio.stage.getByText('Discarded')).toBeVisible({ timeout: 60_000 * slowness() });
});

test('where a style goes is painted with a brush, or chosen; faces are protected one by one', async ({
  app,
}) => {
  test.setTimeout(LONG);
  const studio = new Studio(app);
  await app.goTo('Studio');
  await studio.expectReady();
  await studio.place('Where I paint it');
  await expect(
    app.page.getByText('Paint on the photo where this style goes.').first(),
  ).toBeVisible();
  await expect(studio.paint).toBeDisabled();
  await studio.stroke();
  await studio.expectReady();
  await studio.press('Undo the last stroke');
  await expect(studio.paint).toBeDisabled();
  await studio.press('Invert');
  await studio.expectReady();
  await studio.press('Done');

  await studio.place('Everything but faces');
  await studio.expectReady();
  await app.hand.press(app.page.getByRole('switch', { name: 'Protect faces' }));
  const second = app.button('Protect face 2');
  await expect(second).toHaveAttribute('aria-pressed', 'true', { timeout: 60_000 * slowness() });
  await app.hand.press(second);
  await expect(second).toHaveAttribute('aria-pressed', 'false');
  await expect(app.page.getByText('2 of 3 not painted over')).toBeVisible();
});
