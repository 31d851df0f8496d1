import { Live } from '../pages/live.ts';
import { People } from '../pages/people.ts';
import { scenes } from '../support/camera.ts';
import { otherPortraitOfAda } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

test.use({ scene: scenes.ada });

test('a face in view that is not whom it was taken for is not taken for them again', async ({
  app,
  folder,
}) => {
  const live = new Live(app);
  await app.goTo('People');
  // So much alike that recognition takes one for the other.
  await new People(app).add('Twin', [await otherPortraitOfAda(folder)]);
  await expect(app.heading('Twin')).toBeVisible();
  await app.goTo('Live');
  await live.expectRecognized('Twin');

  await live.reject('Twin');
  await expect(app.messages.getByText(/not taken for Twin again/u)).toBeVisible();
  await expect(live.inView.getByText('Unknown')).toBeVisible({ timeout: 90_000 });

  await app.hand.press(app.button('Undo', app.messages));
  await live.expectRecognized('Twin');
});
