import type { Locator } from '@playwright/test';
import { Kiosk } from '../pages/kiosk.ts';
import { Window } from '../pages/window.ts';
import { scenes } from '../support/camera.ts';
import { lockedServer } from '../support/kiosk.ts';
import { expect, test } from '../support/test.ts';
import { refuseWebcam, type Refusal } from '../support/webcam.ts';

test.use({ scene: scenes.nobody });

/** What is said, and what can be done about it. */
const sentences: Readonly<Record<Refusal, readonly [RegExp, RegExp]>> = {
  denied: [/The camera is not allowed/u, /Allow it for Likeness/u],
  missing: [/No camera found/u, /Connect one/u],
  busy: [/The camera is in use/u, /Close the program/u],
};

for (const refusal of Object.keys(sentences) as Refusal[])
  test(`a camera that is ${refusal} is told of wherever one is opened`, async ({
    tab,
    hand,
    server,
  }) => {
    const mend = await refuseWebcam(tab, refusal);
    const app = new Window(tab, hand);
    await app.open(server.link);
    const expectTold = async (where: Locator) => {
      for (const sentence of sentences[refusal])
        await expect(where.getByText(sentence)).toBeVisible();
    };

    await app.goTo('Live');
    await expectTold(tab.getByRole('main'));
    for (const address of ['#/live/enroll', '#/live/enroll/Ada']) {
      await tab.evaluate((hash) => (location.hash = hash), address);
      const dialog = app.dialog(/^Enroll/u);
      await expectTold(dialog);
      await hand.press(dialog.getByRole('button', { name: 'Close' }));
    }

    await app.goTo('Compare');
    await hand.press(tab.getByRole('button', { name: /Use the camera/u }).first());
    await expectTold(app.dialog('Take a picture'));
    await mend();
    // By itself, without another press.
    await expect(app.dialog().getByRole('button', { name: 'Take picture' })).toBeEnabled();
  });

test('a kiosk says what is the matter with its camera', async ({ server, tab, hand }) => {
  const locked = await lockedServer(server);
  await refuseWebcam(tab, 'busy');
  const kiosk = new Kiosk(tab, hand);
  await kiosk.open(locked.link);
  for (const sentence of sentences.busy)
    await expect(kiosk.screen.getByText(sentence)).toBeVisible();
  await locked.end();
});
