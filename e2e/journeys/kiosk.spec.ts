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

test('the PIN is typed on a keyboard, and Enter ends the kiosk', async ({ server, tab, hand }) => {
  const locked = await lockedServer(server);
  const kiosk = new Kiosk(tab, hand);
  const { keyboard } = tab;
  await kiosk.open(locked.link);
  await hand.press(kiosk.exit);
  await keyboard.press('Escape');
  await expect(kiosk.pad).toBeHidden();

  await hand.press(kiosk.exit);
  await keyboard.type('0000');
  await expect(kiosk.pad.getByRole('status')).toHaveText('4 digits entered');
  await keyboard.press('Backspace');
  await expect(kiosk.pad.getByRole('status')).toHaveText('3 digits entered');
  await keyboard.type('0');
  await keyboard.press('Enter');
  await expect(kiosk.pad.getByRole('status')).toContainText('PIN');

  // For a second after a wrong PIN no other is heard.
  await tab.waitForTimeout(1_100);
  // A digit may also be pressed on the pad, and the rest typed.
  await hand.press(kiosk.pad.getByRole('button', { name: PIN[0]!, exact: true }));
  await keyboard.type(PIN.slice(1));
  await keyboard.press('NumpadEnter');
  await expect(tab.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await locked.end();
});
