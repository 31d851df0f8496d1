import { expect, type Locator } from '@playwright/test';
import type { Window } from './window.ts';

/** Choices that outlive a restart. */
export class Settings {
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
  }

  async open(section: string): Promise<void> {
    const { hand, page } = this.#window;
    const sections = page.getByRole('navigation', { name: 'Sections' });
    await hand.press(sections.getByRole('link', { name: section, exact: true }));
    await expect(page.getByRole('heading', { level: 2, name: section })).toBeVisible();
  }

  select(label: string): Locator {
    return this.#window.page.getByRole('combobox', { name: label });
  }

  toggle(label: string): Locator {
    return this.#window.page.getByRole('switch', { name: label });
  }
}
