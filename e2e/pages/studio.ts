import { readFile } from 'node:fs/promises';
import { expect, type Locator } from '@playwright/test';
import sharp from 'sharp';
import type { Window } from './window.ts';

/** Photos are painted in the manner of other pictures. */
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
    await hand.pick(this.#window.button(/Choose a picture/u, photo), content);
    await hand.pick(this.#window.button(/Add a style picture/u), style);
    await hand.slide(page.getByRole('slider', { name: 'Size', exact: true }), size);
    await hand.slide(page.getByRole('slider', { name: 'Steps' }), steps);
    await expect(page.getByText(/^About \d/u)).toBeVisible({ timeout: 90_000 });
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

  async press(button: 'Stop' | 'Continue' | 'Use these settings' | 'New painting'): Promise<void> {
    await this.#window.hand.press(this.#window.button(button));
  }

  /** Paints again with the settings of the painting shown. */
  async takeSettingsOver(): Promise<void> {
    const { hand, page } = this.#window;
    await hand.press(this.#window.button('More', this.stage));
    await hand.press(page.getByRole('menuitem', { name: 'Use these settings' }));
    await expect(this.paint).toBeEnabled({ timeout: 90_000 });
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
