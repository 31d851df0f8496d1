import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { Live } from '../pages/live.ts';
import { scenes } from '../support/camera.ts';
import { connect } from '../support/client.ts';
import { otherPortraitOfAda } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

test.use({ scene: scenes.ada });

test('an unknown face is given to somebody who is enrolled with one press', async ({
  app,
  server,
  folder,
}) => {
  // So poor a photo that it takes a person to see that it is she.
  const poor = await sharp(readFileSync(await otherPortraitOfAda(folder)))
    .resize(40)
    .png()
    .toBuffer();
  const bytes = Uint8Array.from(await sharp(poor).resize(240).jpeg().toBuffer());
  using client = await connect(server.link);
  await client.call('enrollment.enroll', { name: 'Ada', images: [{ bytes, name: 'poor.jpg' }] });
  const photos = async () =>
    (await client.call('people.show', { person: 'Ada' })).person.templateList.length;

  const live = new Live(app);
  await app.goTo('Live');
  await expect(live.inView.getByText('Unknown')).toBeVisible({ timeout: 90_000 });
  await app.hand.press(live.inView.getByRole('button', { name: 'Yes, this is Ada' }));
  await expect(app.messages.getByText('Saved as a picture of Ada.')).toBeVisible();
  await live.expectRecognized('Ada');
  expect(await photos()).toBe(2);

  await app.hand.press(app.button('Undo', app.messages));
  await expect.poll(photos).toBe(1);
});
