import type { Locator } from '@playwright/test';
import { cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Window } from '../pages/window.ts';
import { album } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

const SLOW = { timeout: 120_000 };

/** The one question of Calibrate, and its one answer. */
class Calibrate {
  readonly #app: Window;
  readonly question: Locator;

  constructor(app: Window) {
    this.#app = app;
    this.question = app.page.getByRole('region', { name: 'How often may a stranger be named?' });
  }

  async open(): Promise<void> {
    await this.#app.goTo('Calibrate');
    await expect(this.answer).toBeVisible(SLOW);
  }

  get answer(): Locator {
    return this.question.getByText(/^(About|None) .*strangers would be named$/u);
  }

  get slider(): Locator {
    return this.question.getByRole('slider', { name: 'Wrong names you accept' });
  }

  async measure(): Promise<Locator> {
    await this.#app.hand.press(this.#app.button('Measure on your own photos …', this.question));
    return this.#app.dialog('Measure on your own photos');
  }
}

/** The six sitters, and the same faces under six other names: measuring takes ten people. */
async function twelve(root: string): Promise<string> {
  await album(root, { Ada: 2, Bea: 2, Cleo: 2, Dora: 2, Edda: 2, Fay: 2 });
  for (const name of await readdir(root))
    await cp(path.join(root, name), path.join(root, `${name} too`), { recursive: true });
  return root;
}

test.describe('a few people', () => {
  test.use({ enrolled: { Ada: 2, Bea: 1 } });

  test('how often a stranger may be named is answered once, and applied', async ({
    app,
    server,
  }) => {
    const calibrate = new Calibrate(app);
    await calibrate.open();
    const main = app.page.locator('main');
    // One number, before anything was measured: that of the encoder, and so it is called.
    await expect(main.getByText(/strangers would be named/u).filter({ visible: true })).toHaveCount(
      1,
    );
    await expect(
      calibrate.question.getByText(/^Most likely between [\d,]+ and [\d,]+ in /u),
    ).toBeVisible();
    await expect(calibrate.question.getByText(/known people would be missed$/u)).toBeVisible();
    await expect(calibrate.question.getByText(/Not measured here yet.*741 people/u)).toBeVisible();
    await expect(
      main.getByText(/FNMR|FPIR|FNIR|template|threshold/iu).filter({ visible: true }),
    ).toHaveCount(0);

    await app.hand.slide(calibrate.slider, 0);
    const strict = await calibrate.answer.textContent();
    await app.hand.slide(calibrate.slider, 3);
    await expect(calibrate.answer).not.toHaveText(strict!);
    await expect(calibrate.slider).toHaveAttribute('aria-valuetext', 'at most 1 in 100 strangers');
    await app.hand.press(app.button('Apply', calibrate.question));
    await expect(calibrate.question.getByText('In use', { exact: true })).toBeVisible(SLOW);
    const { applied } = (await server.likeness('calibrate', '--show')) as {
      applied: { fpir: number; people: number };
    };
    expect(applied).toMatchObject({ fpir: 0.01, people: 2 });

    await app.hand.press(app.page.getByText('Details', { exact: true }));
    await app.hand.press(app.button('Use the encoder’s own setting'));
    await expect(app.button('Apply', calibrate.question)).toBeVisible(SLOW);
  });

  test('a mistyped path is an error at its field, and a folder answers for your own photos', async ({
    app,
    folder,
  }) => {
    test.setTimeout(300_000);
    const people = await twelve(path.join(folder, 'twelve'));
    const calibrate = new Calibrate(app);
    await calibrate.open();
    const dialog = await calibrate.measure();
    await app.hand.choose(
      dialog.getByRole('combobox', { name: 'Whose photos' }),
      'A folder with photos of many people',
    );
    const field = dialog.getByRole('textbox', { name: 'Folder with photos' });
    await app.hand.fill(field, path.join(folder, 'not there'));
    await app.hand.press(app.button('Measure', dialog));
    await expect(field).toHaveAttribute('aria-invalid', 'true', SLOW);
    await expect(field).toHaveAccessibleDescription(/not there/u);

    await app.hand.fill(field, people);
    await app.hand.press(app.button('Measure', dialog));
    await expect(dialog).toBeHidden(SLOW);
    await expect(calibrate.question.getByText(/Measured on your photos of 12 people/u)).toBeVisible(
      {
        timeout: 200_000,
      },
    );
    await expect(calibrate.answer).toHaveCount(1);
  });
});
