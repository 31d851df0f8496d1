import { Kiosk } from '../pages/kiosk.ts';
import { scenes } from '../support/camera.ts';
import { lockedServer, PIN } from '../support/kiosk.ts';
import { expect, test } from '../support/test.ts';

test.use({ scene: scenes.visitor, enrolled: { Ada: 2 } });

test('the kiosk greets whoever comes, forgets, and ends with its PIN', async ({
  server,
  tab,
  hand,
}) => {
  const locked = await lockedServer(server, { resultSeconds: 2, attendance: true });
  const kiosk = new Kiosk(tab, hand);
  await kiosk.open(locked.link);
  for (let visit = 0; visit < 2; visit++) {
    await expect(kiosk.said('Welcome. Please look at the camera.')).toBeVisible({
      timeout: 90_000,
    });
    await expect(kiosk.said('Hello, Ada!')).toBeVisible({ timeout: 90_000 });
  }

  await kiosk.enter('000000');
  await expect(kiosk.pad.getByRole('status')).toContainText(/PIN/u);
  await tab.keyboard.press('Escape');
  await expect(kiosk.pad).toBeHidden();
  // For a second after a wrong PIN no other is heard.
  await tab.waitForTimeout(1_100);
  await kiosk.enter(PIN);
  await expect(tab.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await locked.end();
});
