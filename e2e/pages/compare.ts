import type { Locator } from '@playwright/test';
import type { Window } from './window.ts';

/** Two pictures, and how far their faces are apart. */
export class Compare {
  readonly #window: Window;
  readonly result: Locator;

  constructor(window: Window) {
    this.#window = window;
    this.result = window.page.getByRole('region', { name: 'Compare', exact: true });
  }

  async put(slot: 'First picture' | 'Second picture', file: string): Promise<void> {
    const region = this.#window.page.getByRole('region', { name: slot });
    const opener = this.#window.button(/Choose a picture|Another picture$/u, region).first();
    await this.#window.hand.pick(opener, file);
  }

  verdict(words: RegExp): Locator {
    return this.result.getByRole('heading', { name: words });
  }
}
