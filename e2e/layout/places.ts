import path from 'node:path';
import { Compare } from '../pages/compare.ts';
import { FolderImport } from '../pages/folder-import.ts';
import type { Window } from '../pages/window.ts';
import { dropPicture } from '../support/drop.ts';
import {
  ada,
  addRefusals,
  album,
  groupPhoto,
  otherPortraitOfAda,
  portrait,
} from '../support/photos.ts';
import { expect } from '../support/test.ts';
import type { Answer, Change } from '../support/wire.ts';

export interface Place {
  /** Behind the `#/` of the address. */
  readonly at: string;
  /** What somebody does there before it is measured, in English. */
  readonly then?: (app: Window, folder: string) => Promise<unknown>;
}
export type Places = Readonly<Record<string, Place>>;

const sections = [
  ...['camera', 'device', 'models', 'privacy', 'backup', 'access', 'kiosk', 'appearance', 'about'],
];

/** A shortcut of the window: nothing in its layout can hide it. */
const type = async ({ page }: Window, keys: string): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const dialogShows = ({ page }: Window): Promise<void> =>
  expect(page.getByRole('dialog')).toBeVisible({ timeout: 10_000 });
const inMenu = async (app: Window, item: RegExp): Promise<void> => {
  await app.button('More').click({ timeout: 5_000 });
  await app.page.getByRole('menuitem', { name: item }).click({ timeout: 5_000 });
  await dialogShows(app);
};

const askForKey = async ({ page }: Window): Promise<void> => {
  await page.locator('main input[type=text]').first().fill('Door');
  await page.locator('main form button[type=submit]').first().click({ timeout: 5_000 });
};

const everyScreen: Places = {
  live: { at: 'live' },
  photos: { at: 'photos' },
  people: { at: 'people' },
  'people, adding': {
    at: 'people',
    then: async (app) => {
      await type(app, 'n');
      await dialogShows(app);
    },
  },
  import: { at: 'people/import' },
  compare: { at: 'compare' },
  studio: { at: 'studio' },
  calibrate: { at: 'calibrate' },
  activity: { at: 'activity' },
  ...Object.fromEntries(sections.map((name) => [`settings ${name}`, { at: `settings/${name}` }])),
  'settings access, asked for the code': {
    at: 'settings/access',
    then: async (app) => {
      await askForKey(app);
      await dialogShows(app);
    },
  },
  'kiosk setup': { at: 'kiosk' },
  shortcuts: {
    at: 'activity',
    then: async (app) => {
      await type(app, '?');
      await dialogShows(app);
    },
  },
};

/** Nobody is enrolled, nothing was done, there is no camera. */
export const emptyPlaces: Places = {
  guide: { at: 'live' },
  ...everyScreen,
};

const giveGroupPhoto = async (app: Window): Promise<void> => {
  await dropPicture(app.page.locator('body'), groupPhoto);
  await expect(app.page.locator('main').getByText(/Ada/u).first()).toBeVisible({ timeout: 60_000 });
};

export const fullPlaces: Places = {
  ...everyScreen,
  live: {
    at: 'live',
    then: async ({ page }) => {
      const inView = page.getByRole('complementary').getByText(/Ada|Unknown/u);
      await expect(inView.first()).toBeVisible({ timeout: 30_000 });
    },
  },
  'live, enrolling': {
    at: 'live/enroll',
    then: dialogShows,
  },
  'photos, group': { at: 'photos', then: giveGroupPhoto },
  'people, searched': {
    at: 'people',
    then: async ({ page }) => {
      await page.keyboard.press('/');
      await page.keyboard.type('hohenstein');
    },
  },
  person: { at: 'people/3' },
  'person, renaming': { at: 'people/3', then: (app) => inMenu(app, /Rename/u) },
  'person, merging': { at: 'people/3', then: (app) => inMenu(app, /Merge/u) },
  'person, deleting': { at: 'people/3', then: (app) => inMenu(app, /Delete/u) },
  'import, refused': {
    at: 'people/import',
    then: async (app, folder) => {
      const photos = await album(path.join(folder, 'album'), { Ada: 1, Bea: 2 });
      await addRefusals(photos);
      const page = new FolderImport(app);
      await page.begin(photos);
      await expect(page.refusals).toBeVisible({ timeout: 60_000 });
      await expect(page.bar).toBeHidden({ timeout: 60_000 });
    },
  },
  'compare, compared': {
    at: 'compare',
    then: async (app, folder) => {
      const inputs = app.page.locator('main input[type=file]');
      await inputs.first().setInputFiles(await portrait(folder, ada));
      await inputs.last().setInputFiles(await otherPortraitOfAda(folder));
      await expect(new Compare(app).verdict(/person/u)).toBeVisible({ timeout: 60_000 });
    },
  },
  'studio, prepared': {
    at: 'studio',
    then: async ({ page }, folder) => {
      const inputs = page.locator('main input[type=file]');
      await inputs.nth(0).setInputFiles(await portrait(folder, ada));
      await page.locator('main input[type=file]').last().setInputFiles(groupPhoto);
      await page.waitForTimeout(1_500);
    },
  },
  'studio, history': {
    at: 'studio',
    then: ({ page }) => page.getByRole('tab').last().click({ timeout: 5_000 }),
  },
  'activity, attendance': {
    at: 'activity',
    then: ({ page }) => page.getByRole('tab').nth(1).click({ timeout: 5_000 }),
  },
};

export const failedPlaces: Places = {
  ...everyScreen,
  // The question for the code fails as everything else.
  'settings access, asked for the code': { at: 'settings/access', then: askForKey },
  person: { at: 'people/3' },
  'photos, group': {
    at: 'photos',
    then: async (app) => {
      await dropPicture(app.page.locator('body'), groupPhoto);
      await app.page.waitForTimeout(500);
    },
  },
  'people, adding': {
    at: 'people',
    then: async (app, folder) => {
      await type(app, 'n');
      await dialogShows(app);
      const dialog = app.page.getByRole('dialog');
      await dialog.getByRole('textbox').first().fill('Maximiliane-Theodora');
      await dialog.locator('input[type=file]').setInputFiles(await portrait(folder, ada));
      await dialog.locator('button[type=submit]').click({ timeout: 5_000 });
      await expect(dialog.getByRole('alert').or(dialog.getByRole('status')).first()).toBeVisible();
    },
  },
  'kiosk setup': {
    at: 'kiosk',
    then: ({ page }) => page.locator('main button[type=submit]').click({ timeout: 5_000 }),
  },
  'settings kiosk': {
    at: 'settings/kiosk',
    then: async ({ page }) => {
      await page.locator('main input[type=password]').first().fill('1');
      await page.locator('main button[type=submit]').first().click({ timeout: 5_000 });
    },
  },
  'compare, refused': {
    at: 'compare',
    then: async ({ page }, folder) => {
      const inputs = page.locator('main input[type=file]');
      await inputs.first().setInputFiles(await portrait(folder, ada));
      await page.waitForTimeout(500);
    },
  },
};

/** More faces than anybody wants to read: those of the photo again and again, on a grid. */
export const crowd: Change = (command, answer) => {
  if (!answer.ok || !/^identification\.identify/u.test(command)) return undefined;
  const value = answer.value as Crowd;
  if (!Array.isArray(value.faces) || value.faces.length === 0) return undefined;
  const [columns, count] = [20, 200];
  const [width, height] = [value.width / columns, value.height / Math.ceil(count / columns)];
  const faces = Array.from({ length: count }, (_, n) => ({
    ...value.faces[n % value.faces.length]!,
    box: {
      x: (n % columns) * width + width * 0.2,
      y: Math.floor(n / columns) * height + height * 0.2,
      width: width * 0.5,
      height: height * 0.5,
    },
  }));
  return { ok: true, value: { ...value, faces } };
};
interface Crowd {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly object[];
}

/** The networks are gone, the disk is full: what is only read still works. */
export const breakdown: Change = (command): Answer | undefined =>
  /\.(list|get|set|show|status|portraits|last)$/u.test(command) || command === 'settings.set'
    ? undefined
    : {
        ok: false,
        error: {
          code: 'host_crashed',
          message:
            'The process that recognizes faces stopped unexpectedly; the next try starts another.',
          details: {},
        },
      };

/** Whoever is seen has the longest name of all. */
export const longNames: Change = (command, answer) => {
  if (!answer.ok || command !== 'live.look') return undefined;
  const value = answer.value as { readonly faces: readonly { readonly person: object | null }[] };
  const name = 'Maximiliane-Theodora von Hohenstein-Wittgenstein zu Berleburg';
  const faces = value.faces.map((face) => ({
    ...face,
    person: face.person === null ? null : { ...face.person, name },
  }));
  return { ok: true, value: { ...value, faces } };
};
