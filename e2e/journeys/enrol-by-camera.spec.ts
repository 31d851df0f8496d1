import { Live } from '../pages/live.ts';
import { People } from '../pages/people.ts';
import { scenes } from '../support/camera.ts';
import { expect, test } from '../support/test.ts';

test.use({ scene: scenes.ada });

test('somebody is enrolled by the camera and recognised live', async ({ app }) => {
  const live = new Live(app);
  await app.goTo('Live');
  await expect(live.inView.getByText('Unknown')).toBeVisible({ timeout: 90_000 });
  await live.enrolUnknown('Ada');
  await expect(app.messages.getByText('Ada is enrolled.')).toBeVisible();
  await live.expectRecognised('Ada');

  await app.goTo('People');
  await expect(new People(app).person('Ada')).toContainText('5 photos');
});
