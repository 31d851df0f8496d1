import { expect, type Locator } from '@playwright/test';
import type { Window } from './window.ts';

/** A folder of people is enrolled. */
export class FolderImport {
  readonly #window: Window;
  readonly progress: Locator;
  readonly bar: Locator;
  readonly refusals: Locator;

  constructor(window: Window) {
    this.#window = window;
    this.progress = window.page.getByRole('region', { name: 'Progress of the import' });
    this.bar = this.progress.getByRole('progressbar');
    this.refusals = window.page.getByRole('list', { name: 'Refused photos' });
  }

  async open(): Promise<void> {
    await this.#window.goTo('People');
    await this.#window.hand.press(this.#window.button('Import a folder'));
    await expect(this.#window.heading('Import a folder')).toBeVisible();
  }

  async begin(folder: string): Promise<void> {
    await this.#window.hand.pick(this.#window.button('Choose a folder'), folder);
  }

  async stop(): Promise<void> {
    await this.#window.hand.press(this.progress.getByRole('button', { name: 'Stop' }));
  }

  async another(): Promise<void> {
    await this.#window.hand.press(this.progress.getByRole('button', { name: 'Another folder' }));
  }

  /** A refused photo, by the end of its name. */
  refused(file: string): Locator {
    return this.refusals.getByRole('listitem').filter({ hasText: file });
  }

  /** Pictures of the page that a browser shows as broken. */
  brokenPictures(): Promise<number> {
    return this.#window.page.evaluate(
      () =>
        [...document.images].filter(({ complete, naturalWidth }) => complete && naturalWidth === 0)
          .length,
    );
  }

  /** So many photos, under Enrolled, Known before or Refused. */
  async count(outcome: 'Enrolled' | 'Known before' | 'Refused'): Promise<number> {
    const row = this.progress.locator('dl > div').filter({ hasText: outcome });
    return Number(await row.getByRole('definition').textContent());
  }
}
