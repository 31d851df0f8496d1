import { Compare } from '../pages/compare.ts';
import { FolderImport } from '../pages/folder-import.ts';
import { Photos } from '../pages/photos.ts';
import { Kiosk } from '../pages/kiosk.ts';
import { Live } from '../pages/live.ts';
import { Models } from '../pages/models.ts';
import { People } from '../pages/people.ts';
import type { Window } from '../pages/window.ts';
import { expectAccessible } from '../support/axe.ts';
import { scenes } from '../support/camera.ts';
import { lockedServer } from '../support/kiosk.ts';
import { ada, groupPhoto, otherPortraitOfAda, portrait } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

/** What is shown, and how somebody comes there. */
const places: Readonly<Record<string, (app: Window, folder: string) => Promise<unknown>>> = {
  live: async (app) => {
    await app.goTo('Live');
    await new Live(app).expectRecognized('Ada');
  },
  'enrollment by camera': async (app) => {
    await app.goTo('Live');
    await app.hand.press(app.button('Enroll with the camera'));
    await expect(app.dialog('Enroll with the camera')).toBeVisible();
  },
  people: (app) => app.goTo('People'),
  person: (app) => new People(app).openPerson('Ada'),
  'adding a person': async (app) => {
    await app.goTo('People');
    await app.hand.press(app.button('Add a person'));
    await expect(app.dialog('Add a person')).toBeVisible();
  },
  import: (app) => new FolderImport(app).open(),
  photo: async (app) => {
    const photos = new Photos(app);
    await photos.give(groupPhoto);
    await expect(photos.face('Ada')).toBeVisible({ timeout: 90_000 });
  },
  compare: async (app, folder) => {
    const compare = new Compare(app);
    await app.goTo('Compare');
    await compare.put('First picture', await portrait(folder, ada));
    await compare.put('Second picture', await otherPortraitOfAda(folder));
    await expect(compare.verdict(/person/u)).toBeVisible({ timeout: 90_000 });
  },
  studio: (app) => app.goTo('Studio'),
  calibrate: async (app) => {
    await app.goTo('Calibrate');
    await expect(app.page.getByText(/strangers would be named$/u)).toBeVisible({ timeout: 90_000 });
    await app.hand.press(app.page.getByText('Details', { exact: true }));
  },
  activity: (app) => app.goTo('Activity'),
  settings: (app) => app.goTo('Settings'),
  'another encoder': async (app) => {
    const models = new Models(app);
    await models.open();
    await models.consider(/dlib/u);
    await expect(models.people(/^2 people stay known$/u)).toHaveCount(2, { timeout: 90_000 });
  },
  shortcuts: async (app) => {
    await app.goTo('Activity');
    await app.page.keyboard.press('?');
    await expect(app.dialog('Keyboard shortcuts')).toBeVisible();
  },
};

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(colorScheme, () => {
    test.use({ colorScheme, scene: scenes.ada, enrolled: { Ada: 2, Bea: 1 } });

    test('axe finds nothing on any screen', async ({ app, folder }) => {
      test.setTimeout(600_000);
      for (const [place, come] of Object.entries(places))
        await test.step(place, async () => {
          await come(app, folder);
          await expectAccessible(app.page);
          await app.page.keyboard.press('Escape');
        });
    });

    test('axe finds nothing in the kiosk', async ({ server, tab, hand }) => {
      const locked = await lockedServer(server);
      const kiosk = new Kiosk(tab, hand);
      await kiosk.open(locked.link);
      await expectAccessible(tab);
      await hand.press(kiosk.exit);
      await expect(kiosk.pad).toBeVisible();
      await expectAccessible(tab);
      await locked.end();
    });
  });

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`${colorScheme}, at the first start`, () => {
    test.use({ colorScheme, firstStart: true });

    test('axe finds nothing in the guide', async ({ app }) => {
      await expect(app.heading('Whose face is it?')).toBeVisible();
      await expectAccessible(app.page);
    });
  });
