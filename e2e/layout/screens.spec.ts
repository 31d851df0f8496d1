import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { fillHouse } from '../../app/services/testing/full-house.ts';
import { smallestWindow } from '../../app/shells/electron/window.ts';
import { Window } from '../pages/window.ts';
import { scenes } from '../support/camera.ts';
import { connect, type Client } from '../support/client.ts';
import { lockedServer } from '../support/kiosk.ts';
import {
  layoutSettles,
  measureLayout,
  problemLine,
  type LayoutProblem,
} from '../support/layout.ts';
import { album } from '../support/photos.ts';
import { enrollAlbum, root, startServer, type Server } from '../support/server.ts';
import { expect, test as base } from '../support/test.ts';
import { changeAnswers } from '../support/wire.ts';
import {
  breakdown,
  crowd,
  emptyPlaces,
  failedPlaces,
  fullPlaces,
  longNames,
  type Places,
} from './places.ts';

/**
 * Every screen at every size that it is meant for. The routine form measures in dark: in German, whose
 * words are longer, all but the two usual sizes, and in English the usual window and a phone.
 * `LIKENESS_LAYOUT=all` measures all sizes in both languages, dark and light, and keeps a screenshot
 * of every measurement.
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
const routine = { en: [1280, 480], de: [1024, smallestWindow.width, 480, 1080] } as const;
const sizesFor = (language: (typeof languages)[number]): readonly Size[] =>
  everything
    ? sizes
    : sizes.filter(({ width }) => (routine[language] as readonly number[]).includes(width));
const nameOf = ({ width, height }: Size): string => `${width}x${height}`;

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
    for (const size of sizesFor(language)) {
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
        await expect(page.locator('#app h1')).toBeVisible({ timeout: 15_000 });
        await layoutSettles(page);
        await then?.(app, folder);
        // Where one turns for ever, that is wrong, too.
        await expect(page.locator('main .spinner')).toHaveCount(0, { timeout: 20_000 });
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
    await enrollAlbum(dataDir, await album(path.join(folder, 'enrolled'), { Ada: 2, Bea: 1 }));
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
      using client = await connect(server.link, server.code);
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
        await expect(tab.locator('#app main')).toBeVisible();
        await look(tab, (place) => measuring.measureNow(place, language));
        await context.close();
        judge(measuring);
      }
    });
  },
});

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
