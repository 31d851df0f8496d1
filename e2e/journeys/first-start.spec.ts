import { Photos } from '../pages/photos.ts';
import { slowness } from '../support/patience.ts';
import { expect, test } from '../support/test.ts';

test.use({ firstStart: true });

/** From the opened link to the first recognition, for somebody who has read nothing. */
const MOST_MS = 60_000;

test('the first start leads to the first recognition', async ({ app }) => {
  await expect(app.heading('Whose face is it?')).toBeVisible();
  await app.hand.press(app.button(/Try with sample photos/u));
  const photos = new Photos(app);
  await expect(photos.face(/^(?!Unknown).+%/u).first()).toBeVisible({
    timeout: MOST_MS * slowness(),
  });

  await app.page.reload();
  await expect(app.heading('Whose face is it?')).toHaveCount(0);
  await app.goTo('People');
  await expect(app.page.getByText(/^\d+ people$/u)).toBeVisible();
  await app.hand.press(app.button('Remove sample people'));
  await expect(app.heading('People')).toBeVisible();
  await expect(app.page.getByText('Nobody is enrolled yet')).toBeVisible();
});

test('the guide is passed over once and for all', async ({ app, server }) => {
  await app.hand.press(app.button('Look around first'));
  await expect(app.heading('Live')).toBeVisible();
  await app.open(server.link);
  await expect(app.heading('Live')).toBeVisible();
});
