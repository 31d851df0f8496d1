import { Live } from '../pages/live.ts';
import { scenes } from '../support/camera.ts';
import { expect, test } from '../support/test.ts';
import { unpluggableWebcam } from '../support/webcam.ts';

test.use({ scene: scenes.ada, enrolled: { Ada: 2 } });

test('a camera that is pulled out is missed, and goes on when it is back', async ({
  app,
  server,
  tab,
}) => {
  const plug = await unpluggableWebcam(tab);
  await app.open(server.link);
  const live = new Live(app);
  await app.goTo('Live');
  await live.expectRecognized('Ada');

  await plug.pull();
  await expect(app.page.getByText('The camera went away')).toBeVisible();
  await expect(live.named('Ada')).toHaveCount(0);

  await plug.insert();
  await expect(app.page.getByText('The camera went away')).toHaveCount(0);
  await live.expectRecognized('Ada');
});

test.describe('without a camera', () => {
  test.use({ scene: null });

  test('the screen says so and photos can still be identified', async ({ app }) => {
    await app.goTo('Live');
    await expect(app.page.getByText('No camera found').first()).toBeVisible();
    await expect(app.button('Identify a photo')).toBeEnabled();
  });
});
