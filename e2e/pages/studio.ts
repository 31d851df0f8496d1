import { readFile } from 'node:fs/promises';
import { expect, type Locator } from '@playwright/test';
import { reach } from '../support/hand.ts';
import sharp from 'sharp';
import { slowness, whileItMoves } from '../support/patience.ts';
import type { Window } from './window.ts';

/** Photos are painted in the style of other pictures. */
export class Studio {
  readonly #window: Window;
  readonly paint: Locator;
  readonly progress: Locator;

  constructor(window: Window) {
    this.#window = window;
    this.paint = window.button('Paint');
    this.progress = window.page.getByRole('progressbar');
  }

  /** In so few steps; `size` counts the sizes that are offered, 0 is the smallest. */
  async prepare(content: string, style: string, steps: number, size = 0): Promise<void> {
    const { hand, page } = this.#window;
    const photo = page.getByRole('region', { name: 'Photo to paint' });
    // It opens with a sample photo and a style.
    await expect(this.#window.button('Night sky')).toHaveAttribute('aria-pressed', 'true');
    await hand.pick(this.#window.button('Another picture', photo), content);
    await hand.pick(this.#window.button('Add a style picture'), style);
    await expect(this.#window.button('Night sky')).toHaveAttribute('aria-pressed', 'false');
    await hand.slide(page.getByRole('slider', { name: 'Size', exact: true }), size);
    await hand.press(page.getByText('More', { exact: true }));
    await hand.slide(page.getByRole('slider', { name: 'Steps' }), steps);
    await this.expectReady();
  }

  /** What it will take is known, and it can be begun. */
  async expectReady(): Promise<void> {
    await expect(this.paint).toBeEnabled({ timeout: 60_000 * slowness() });
  }

  /** Says where the only style goes. */
  async place(where: string): Promise<void> {
    const { hand, page } = this.#window;
    await hand.choose(page.getByRole('combobox', { name: 'Where it goes' }), where);
  }

  /** One stroke with the brush, by whatever the hand is. */
  async stroke(): Promise<void> {
    const { hand, page } = this.#window;
    const sheet = page.getByRole('application', { name: /^Where the style goes/u });
    if (hand.kind === 'keyboard') {
      await reach(page, sheet);
      for (const key of ['ArrowRight', 'ArrowRight', 'Space']) await page.keyboard.press(key);
      return;
    }
    const box = (await sheet.boundingBox())!;
    await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.4 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.6 * box.width, box.y + 0.5 * box.height, { steps: 5 });
    await page.mouse.up();
  }

  /** Holds the painting, so that the photo is seen, while something is looked at. */
  async hold(look: () => Promise<unknown>): Promise<void> {
    const { hand, page } = this.#window;
    const picture = this.#window.button('Hold to see the photo');
    if (hand.kind === 'keyboard') {
      await reach(page, picture);
      await page.keyboard.down('Space');
      await look();
      await page.keyboard.up('Space');
      return;
    }
    await picture.hover();
    await page.mouse.down();
    await look();
    await page.mouse.up();
  }

  /** However long that takes, as long as it moves on. */
  async waitUntilFinished(): Promise<void> {
    await whileItMoves(
      () => this.state('Finished').isVisible(),
      async () => (await this.stage.innerText()).trim(),
    );
  }

  async start(): Promise<void> {
    await this.#window.hand.press(this.paint);
  }

  state(words: 'Painting' | 'Stopped' | 'Finished'): Locator {
    if (words === 'Finished') return this.stage.getByText(words, { exact: true });
    return this.stage.getByRole('progressbar', { name: words });
  }

  get stage(): Locator {
    return this.#window.page.getByRole('region', { name: /^Painting \d+$/u });
  }

  async press(button: string): Promise<void> {
    await this.#window.hand.press(this.#window.button(button));
  }

  /** Paints again with the settings of the painting shown. */
  async takeSettingsOver(): Promise<void> {
    const { hand, page } = this.#window;
    await hand.press(this.#window.button('More', this.stage));
    await hand.press(page.getByRole('menuitem', { name: 'Use these settings' }));
    await this.expectReady();
  }

  /** Saves the painting; gives the file. */
  async export(format: 'PNG' | 'JPEG' | 'TIFF, 16 bits per channel'): Promise<Buffer> {
    const { hand, page } = this.#window;
    await hand.press(this.#window.button('Export', this.stage));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      hand.press(page.getByRole('menuitem', { name: format })),
    ]);
    return readFile(await download.path());
  }
}

/** The pixels of a picture, whatever the file says beside them. */
export const pixelsOf = (file: Buffer): Promise<Buffer> => sharp(file).raw().toBuffer();
