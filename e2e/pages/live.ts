import { expect, type Locator } from '@playwright/test';
import type { Window } from './window.ts';

/** The camera, and who is in front of it. */
export class Live {
  readonly inView: Locator;
  readonly picture: Locator;
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
    this.inView = window.page.getByRole('complementary', { name: 'In view' });
    this.picture = window.page.getByLabel('Camera picture');
  }

  /** A name once frames agree. */
  named(name: string): Locator {
    return this.inView.getByRole('link', { name, exact: true });
  }

  async expectRecognised(name: string): Promise<void> {
    await expect(this.named(name)).toBeVisible({ timeout: 90_000 });
    await expect(this.inView.getByRole('meter', { name: 'Confidence' })).toBeVisible();
  }

  /** Says that a face in view is not whom it was taken for. */
  async reject(name: string): Promise<void> {
    await this.#window.hand.press(this.inView.getByRole('button', { name: `This is not ${name}` }));
  }

  /** The one button that an unknown face has. */
  async enrolUnknown(name: string): Promise<void> {
    const { hand } = this.#window;
    await hand.press(this.inView.getByRole('button', { name: 'Enrol', exact: true }));
    const dialog = this.#window.dialog('Enrol with the camera');
    await expect(dialog.getByText(/^5 of 5 pictures/u)).toBeVisible({ timeout: 90_000 });
    await hand.fill(dialog.getByLabel('Name'), name);
    await hand.press(dialog.getByRole('button', { name: 'Enrol' }));
    await expect(dialog).toBeHidden();
  }
}
