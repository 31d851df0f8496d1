import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { fillHouse } from '../../app/services/testing/full-house.ts';
import { smallestWindow } from '../../app/shells/electron/window-state.ts';
import { FolderImport } from '../pages/folder-import.ts';
import { Window } from '../pages/window.ts';
import { scenes } from '../support/camera.ts';
import { connect, type Client } from '../support/client.ts';
import { dropPicture } from '../support/drop.ts';
import { lockedServer } from '../support/kiosk.ts';
import {
  layoutSettles,
  measureLayout,
  problemLine,
  type LayoutProblem,
} from '../support/layout.ts';
import {
  addRefusals,
  album,
  groupPhoto,
  otherPortraitOfAda,
  portrait,
  ada,
} from '../support/photos.ts';
import { enrolAlbum, root, startServer, type Server } from '../support/server.ts';
import { expect, test as base } from '../support/test.ts';
import { changeAnswers, type Answer, type Change } from '../support/wire.ts';

/**
 * Every screen at every size that it is meant for. The routine form measures all sizes in both
 * languages in dark; `LIKENESS_LAYOUT=all` adds light, and keeps a screenshot of every measurement.
 */
const everything = process.env['LIKENESS_LAYOUT'] === 'all';
const reports = path.join(root, 'reports/layout');

interface Size {
  readonly width: number;
  readonly height: number;
}
const sizes: readonly Size[] = [
  { width: 1280, height: 800 },
  { width: 1024, height: 700 },
  smallestWindow,
  { width: 480, height: 800 },
  { width: 1920, height: 1080 },
  { width: 1080, height: 1920 },
];
const languages = ['en', 'de'] as const;
const themes = everything ? (['dark', 'light'] as const) : (['dark'] as const);
const nameOf = ({ width, height }: Size): string => `${width}x${height}`;

interface Place {
  /** Behind the `#/` of the address. */
  readonly at: string;
  /** What somebody does there before it is measured, in English. */
  readonly then?: (app: Window, folder: string) => Promise<unknown>;
}
type Places = Readonly<Record<string, Place>>;

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

const everyScreen: Places = {
  live: { at: 'live' },
  photos: { at: 'identify' },
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
const emptyPlaces: Places = {
  guide: { at: 'live' },
  ...everyScreen,
};

const giveGroupPhoto = async (app: Window): Promise<void> => {
  await dropPicture(app.page.locator('body'), groupPhoto);
  await expect(app.page.locator('main').getByText(/Ada/u).first()).toBeVisible({ timeout: 60_000 });
};

const fullPlaces: Places = {
  ...everyScreen,
  live: {
    at: 'live',
    then: async ({ page }) => {
      const inView = page.getByRole('complementary').getByText(/Ada|Unknown/u);
      await expect(inView.first()).toBeVisible({ timeout: 30_000 });
    },
  },
  'live, enrolling': {
    at: 'live/enrol',
    then: dialogShows,
  },
  'photos, group': { at: 'identify', then: giveGroupPhoto },
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
    },
  },
  'compare, compared': {
    at: 'compare',
    then: async ({ page }, folder) => {
      const files = [await portrait(folder, ada), await otherPortraitOfAda(folder)];
      const inputs = page.locator('main input[type=file]');
      for (const [index, file] of files.entries()) await inputs.nth(index).setInputFiles(file);
      await expect(
        page
          .locator('main')
          .getByText(/same person/iu)
          .first(),
      ).toBeVisible({
        timeout: 60_000,
      });
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

const failedPlaces: Places = {
  ...everyScreen,
  person: { at: 'people/3' },
  'photos, group': {
    at: 'identify',
    then: async (app) => {
      await dropPicture(app.page.locator('body'), groupPhoto);
      await app.page.waitForTimeout(500);
    },
  },
  'people, adding': {
    at: 'people',
    then: async (app) => {
      await type(app, 'n');
      await dialogShows(app);
      await app.page.getByRole('dialog').locator('button[type=submit]').click({ timeout: 5_000 });
    },
  },
  'kiosk setup': {
    at: 'kiosk',
    then: ({ page }) => page.locator('main button[type=submit]').click({ timeout: 5_000 }),
  },
  'settings kiosk': {
    at: 'settings/kiosk',
    then: async ({ page }) => {
      const submit = page.locator('main button[type=submit]').first();
      if ((await submit.count()) > 0) await submit.click({ timeout: 5_000 });
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
const crowd: Change = (command, answer) => {
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
const breakdown: Change = (command): Answer | undefined =>
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

interface Found extends LayoutProblem {
  readonly state: string;
  readonly place: string;
  readonly language: string;
  readonly theme: string;
  readonly size: string;
}

/** Measures a place at all sizes, in both languages. */
class Measuring {
  readonly found: Found[] = [];
  measured = 0;
  readonly #page: Page;
  readonly #client: Client | undefined;
  readonly #state: string;

  constructor(page: Page, client: Client | undefined, state: string) {
    this.#page = page;
    this.#client = client;
    this.#state = state;
    rmSync(path.join(reports, state), { recursive: true, force: true });
    mkdirSync(path.join(reports, state), { recursive: true });
  }

  async speak(language: (typeof languages)[number]): Promise<void> {
    await this.#client?.call('settings.set', { changes: { language } });
    await this.#page.waitForFunction((code) => document.documentElement.lang === code, language);
  }

  /** A place that cannot even be come to is a problem, too, and no end of the measurements. */
  missed(place: string, error: unknown): void {
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    const nowhere = { selector: 'main', text: '', box: [0, 0, 0, 0] as const };
    const where = { state: this.#state, place, language: 'en', theme: 'dark', size: '1280x800' };
    this.found.push({ fault: 'unreachable', ...nowhere, ...where, detail: reason });
  }

  async measure(place: string): Promise<void> {
    for (const language of languages) {
      await this.speak(language);
      await this.measureNow(place, language);
    }
    await this.speak('en');
  }

  /** In the language that is spoken already. */
  async measureNow(place: string, language: (typeof languages)[number]): Promise<void> {
    for (const size of sizes) {
      await this.#page.setViewportSize(size);
      for (const theme of themes) {
        await this.#page.emulateMedia({ colorScheme: theme });
        await layoutSettles(this.#page);
        const problems = await measureLayout(this.#page);
        this.measured += 1;
        const where = { state: this.#state, place, language, theme, size: nameOf(size) };
        this.found.push(...problems.map((problem) => ({ ...problem, ...where })));
        if (everything || problems.length > 0 || size.width === 1280)
          await this.#shoot(Object.values(where).slice(1).join('-').replaceAll(/[ ,]+/gu, '-'));
      }
    }
    await this.#page.setViewportSize(sizes[0]!);
  }

  async #shoot(name: string): Promise<void> {
    const file = path.join(reports, this.#state, `${name}.jpg`);
    await this.#page.screenshot({ path: file, type: 'jpeg', quality: 80 });
  }

  /** One line for a problem, wherever it is met. */
  tell(): string {
    const lines = new Map<string, string[]>();
    for (const problem of this.found) {
      const line = `${problem.place}: ${problemLine({ ...problem, box: [0, 0, 0, 0] })}`;
      const where = `${problem.language} ${problem.theme} ${problem.size} [${problem.box.join(' ')}]`;
      const key = [problem.place, problem.fault, problem.selector].join('\n');
      lines.set(key, [...(lines.get(key) ?? [line]), where]);
    }
    writeFileSync(
      path.join(reports, `${this.#state}.json`),
      `${JSON.stringify(this.found, undefined, 2)}\n`,
    );
    return [...lines.values()]
      .map(
        ([line, ...where]) => `${line!.replace(' [0 0 0 0]', '')}\n      ${where.join('\n      ')}`,
      )
      .join('\n');
  }
}

/** Goes through the places of a state; gives what is wrong anywhere. */
async function goThrough(
  measuring: Measuring,
  app: Window,
  folder: string,
  places: Places,
): Promise<void> {
  const { page } = app;
  const only = process.env['LIKENESS_LAYOUT_ONLY'];
  for (const [name, { at, then }] of Object.entries(places)) {
    if (only !== undefined && !name.startsWith(only)) continue;
    await base.step(name, async () => {
      // What was left open in one place is not measured in the next.
      await page.evaluate((hash) => {
        location.hash = hash;
        location.reload();
      }, `#/${at}`);
      try {
        await expect(page.locator('h1')).toBeVisible({ timeout: 15_000 });
        await layoutSettles(page);
        await then?.(app, folder);
      } catch (error) {
        measuring.missed(name, error);
      }
      await measuring.measure(name);
    });
  }
}

function judge(measuring: Measuring): void {
  const told = measuring.tell();
  const count = measuring.found.length;
  console.log(`${measuring.measured} measurements, ${count} problems${told && `\n${told}`}`);
  expect(count, told).toBe(0);
}

const test = base.extend({ viewport: sizes[0]!, colorScheme: 'dark' });

test.describe('empty', () => {
  test.use({ firstStart: true });

  test('every screen, before anybody is enrolled', async ({ app, server, folder }) => {
    test.setTimeout(900_000);
    using client = await connect(server.link);
    const measuring = new Measuring(app.page, client, 'empty');
    const { guide, ...others } = emptyPlaces;
    await goThrough(measuring, app, folder, { guide: guide! });
    await client.call('settings.set', { changes: { guideDone: true } });
    await goThrough(measuring, app, folder, others);
    judge(measuring);
  });
});

/** A server on a data folder in which 300 people, 200 entries of the log and some paintings are. */
const full = test.extend<{ readonly house: Server }>({
  house: async ({ folder }, use) => {
    const dataDir = path.join(folder, 'house');
    mkdirSync(dataDir);
    await enrolAlbum(dataDir, await album(path.join(folder, 'enrolled'), { Ada: 2, Bea: 1 }));
    const manifest = JSON.parse(
      readFileSync(path.join(root, 'dist/models/encoder-likeness.json'), 'utf8'),
    ) as { id: string; version: string; task: { dimension: number } };
    const { id, version, task } = manifest;
    await fillHouse(
      dataDir,
      { id, version, dimension: task.dimension },
      { people: 300, activities: 200, paintings: 8 },
    );
    const server = await startServer([], dataDir);
    {
      using client = await connect(server.link);
      await client.call('settings.set', { changes: { guideDone: true } });
      await client.call('access.createKey', { name: 'The door of the office, ground floor' });
    }
    await use(server);
    await server.stop();
  },
});

full.describe('full', () => {
  full.use({ scene: scenes.ada });

  full('every screen, with 300 people', async ({ house, tab, hand, folder }) => {
    full.setTimeout(900_000);
    await changeAnswers(tab, crowd);
    const app = new Window(tab, hand);
    await app.open(house.link);
    {
      using client = await connect(house.link);
      const measuring = new Measuring(tab, client, 'full');
      await goThrough(measuring, app, folder, fullPlaces);
      judge(measuring);
    }
  });
});

full.describe('failed', () => {
  full('every screen, where everything goes wrong', async ({ house, tab, hand, folder }) => {
    full.setTimeout(900_000);
    await changeAnswers(tab, breakdown);
    const app = new Window(tab, hand);
    await app.open(house.link);
    using client = await connect(house.link);
    const measuring = new Measuring(tab, client, 'failed');
    await goThrough(measuring, app, folder, failedPlaces);
    await house.end();
    await expect(tab.getByRole('status').first()).toBeVisible();
    judge(measuring);
  });
});

/** The kiosk takes no settings: each language has a browser of its own. */
const kioskTest = full.extend<{
  readonly eachLanguage: (
    state: string,
    look: (tab: Page, measuring: (place: string) => Promise<void>) => Promise<void>,
  ) => Promise<void>;
}>({
  eachLanguage: async ({ house, browserWithCamera }, use) => {
    await use(async (state, look) => {
      const locked = await lockedServer(house, { resultSeconds: 60 });
      for (const language of languages) {
        const context = await browserWithCamera.newContext({
          viewport: sizes[0]!,
          locale: language,
          permissions: ['camera'],
        });
        const tab = await context.newPage();
        const measuring = new Measuring(tab, undefined, `${state}-${language}`);
        await changeAnswers(tab, longNames);
        await tab.goto(locked.link);
        await expect(tab.getByRole('main')).toBeVisible();
        await look(tab, (place) => measuring.measureNow(place, language));
        await context.close();
        judge(measuring);
      }
    });
  },
});

/** Whoever is seen has the longest name of all. */
const longNames: Change = (command, answer) => {
  if (!answer.ok || command !== 'live.look') return undefined;
  const value = answer.value as { readonly faces: readonly { readonly person: object | null }[] };
  const name = 'Maximiliane-Theodora von Hohenstein-Wittgenstein zu Berleburg';
  const faces = value.faces.map((face) => ({
    ...face,
    person: face.person === null ? null : { ...face.person, name },
  }));
  return { ok: true, value: { ...value, faces } };
};

kioskTest.describe('kiosk', () => {
  kioskTest('without a camera, and the PIN', async ({ eachLanguage }) => {
    kioskTest.setTimeout(600_000);
    await eachLanguage('kiosk-failed', async (tab, measure) => {
      await measure('kiosk');
      await tab.locator('main > button').click();
      await expect(tab.getByRole('dialog')).toBeVisible();
      await measure('kiosk, PIN');
    });
  });

  kioskTest.describe('with a visitor', () => {
    kioskTest.use({ scene: scenes.ada });

    kioskTest('the result', async ({ eachLanguage }) => {
      kioskTest.setTimeout(600_000);
      await eachLanguage('kiosk-full', async (tab, measure) => {
        await expect(tab.getByRole('heading', { name: /Maximiliane/u })).toBeVisible({
          timeout: 60_000,
        });
        await measure('kiosk, result');
      });
    });
  });
});
