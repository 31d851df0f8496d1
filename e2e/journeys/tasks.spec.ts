import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { FolderImport } from '../pages/folder-import.ts';
import { Kiosk } from '../pages/kiosk.ts';
import { Settings } from '../pages/settings.ts';
import { Studio } from '../pages/studio.ts';
import { Window } from '../pages/window.ts';
import { scenes } from '../support/camera.ts';
import { countEffort, type Effort } from '../support/hand.ts';
import { ada, addRefusals, album, groupPhoto, portrait } from '../support/photos.ts';
import { expect, test as base } from '../support/test.ts';

/** What Likeness is for, and how much of it somebody has to do. */
const MOST_CLICKS = 8;

interface Task {
  /** The window, worked by a hand that counts. */
  readonly counted: Window;
  /** Ends the task: says what it took, and holds it to that. */
  readonly over: () => void;
}

const test = base.extend<{ readonly task: Task }>({
  task: async ({ server, tab, hand }, use, { title, project }) => {
    const { hand: counting, effort } = countEffort(hand);
    const counted = new Window(tab, counting);
    await counted.open(server.link);
    const began = performance.now();
    await use({
      counted,
      over: () => {
        const took: Effort = effort();
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        console.log(
          `${project.name}, ${title}: ${took.clicks} clicks, ${seconds} s, typed: ${took.typed.join(', ') || 'nothing'}`,
        );
        expect(took.clicks).toBeLessThanOrEqual(MOST_CLICKS);
        expect(took.typed.filter((text) => /[/\\]/u.test(text))).toEqual([]);
      },
    });
  },
});

test.describe('with a camera, at the first start', () => {
  test.use({ scene: scenes.ada, firstStart: true });

  test('enroll yourself', async ({ task: { counted: app, over } }) => {
    await app.hand.press(app.button(/^Enroll? yourself/u));
    const dialog = app.dialog('Enroll with the camera');
    await expect(dialog.getByText(/^5 of 5 pictures/u)).toBeVisible({ timeout: 90_000 });
    await app.hand.fill(dialog.getByLabel('Name'), 'Ada');
    await app.hand.press(app.button('Enroll', dialog));
    await expect(app.messages.getByText('Ada is enrolled.')).toBeVisible({ timeout: 60_000 });
    over();
  });
});

test.describe('with a friend who is enrolled', () => {
  test.use({ enrolled: { Ada: 2 } });

  test('find a friend in a group photo and name the others', async ({
    task: { counted: app, over },
  }) => {
    await app.hand.press(app.navigation.getByRole('link', { name: 'Photos' }));
    const list = app.page.getByRole('complementary', { name: 'Faces in the photo' });
    const face = (name: RegExp) => list.getByRole('button', { name });
    await app.hand.pick(app.button(/Choose photos|Add photos/u), groupPhoto);
    await expect(face(/^Ada/u)).toBeVisible({ timeout: 90_000 });
    const others = await face(/^Unknown/u).count();
    expect(others).toBeGreaterThan(1);
    await app.hand.press(app.button('Name them', list));
    const dialog = app.dialog(/^Who is this\?/u);
    for (let n = 1; n <= others; n++) {
      const name = `Guest ${n}`;
      await app.hand.fill(dialog.getByRole('searchbox', { name: 'Find a person' }), name);
      await app.hand.press(dialog.getByRole('button', { name: `New person: ${name}` }));
    }
    await expect(face(/^Guest/u)).toHaveCount(others, { timeout: 90_000 });
    over();
  });
});

test('import a folder and repair what was refused', async ({
  task: { counted: app, over },
  folder,
}) => {
  const root = await album(path.join(folder, 'album'), { Ada: 1, Bea: 1 });
  await addRefusals(root);
  mkdirSync(path.join(root, 'Cleo'));
  copyFileSync(groupPhoto, path.join(root, 'Cleo', 'group.jpg'));

  const work = new FolderImport(app);
  await work.open();
  await work.begin(root);
  await expect(work.progress.getByText('The import is done.')).toBeVisible({ timeout: 90_000 });
  const group = work.refused('group.jpg');
  await app.hand.press(group.getByRole('button', { name: /^Choose the face/u }));
  const faces = app.dialog('Which face is Cleo?').getByRole('button', { name: /^Face \d+ of/u });
  await expect(faces.first()).toBeVisible({ timeout: 60_000 });
  await app.hand.press(faces.last());
  await expect(group).toContainText('Enrolled for Cleo');
  expect(await work.count('Enrolled')).toBe(3);
  over();
});

test('paint your photo', async ({ task: { counted: app, over }, folder, hand }) => {
  test.setTimeout(1_800_000);
  const studio = new Studio(app);
  await app.goTo('Studio');
  await expect(app.button('Night sky')).toHaveAttribute('aria-pressed', 'true');
  const photo = app.page.getByRole('region', { name: 'Photo to paint' });
  await app.hand.pick(app.button('Another picture', photo), await portrait(folder, ada));
  // Nobody has to; it spares this test the minutes of a large painting, and so it is not counted.
  await hand.slide(app.page.getByRole('slider', { name: 'Size', exact: true }), 0);
  await hand.press(app.page.getByText('More', { exact: true }));
  await hand.slide(app.page.getByRole('slider', { name: 'Steps' }), 100);
  await studio.expectReady();
  await studio.start();
  await studio.waitUntilFinished();
  expect((await studio.export('PNG')).byteLength).toBeGreaterThan(10_000);
  over();
});

test.describe('with a camera', () => {
  test.use({ scene: scenes.ada, enrolled: { Ada: 1 } });

  test('set up the kiosk', async ({ task: { counted: app, over }, server, tab, hand }) => {
    await app.goTo('Settings');
    await new Settings(app).open('Kiosk');
    await app.hand.fill(app.page.getByLabel('New PIN'), '271828');
    await app.hand.press(app.button('Set the PIN'));
    await app.prove(server.code);
    await app.hand.press(app.button('Open the kiosk'));
    await app.hand.press(app.button('Start the kiosk'));
    await new Kiosk(tab, hand).expectLocked();
    over();
  });
});
