import { expect, type Locator } from '@playwright/test';
import { dropFiles } from '../support/drop.ts';
import type { Window } from './window.ts';

/** Who is in a photo? */
export class Photos {
  readonly #window: Window;
  /** The list beside the photo. */
  readonly faces: Locator;

  constructor(window: Window) {
    this.#window = window;
    this.faces = window.page.getByRole('complementary', { name: 'Faces in the photo' });
  }

  /** The photo with its marks. */
  photo(name: string): Locator {
    return this.#window.page.getByRole('group', { name: `Photo ${name}` });
  }

  /** Dropped anywhere; without a mouse by the shortcut and the file picker. */
  async give(...files: readonly string[]): Promise<void> {
    const { hand, page } = this.#window;
    if (hand.kind === 'mouse') await dropFiles(page.locator('body'), ...files);
    else {
      await page.keyboard.press('ControlOrMeta+o');
      await expect(this.#window.heading('Photos')).toBeVisible();
      await hand.pick(this.#window.button(/Choose photos|Add photos/u), files);
    }
  }

  /** @param name what the button that opens the face begins with, or a pattern of all of it. */
  face(name: string | RegExp): Locator {
    const pattern = typeof name === 'string' ? new RegExp(`^${name}`, 'u') : name;
    return this.faces.getByRole('button', { name: pattern });
  }

  async openFace(name: string | RegExp): Promise<void> {
    const face = this.face(name).first();
    if ((await face.getAttribute('aria-expanded')) !== 'true') await this.#window.hand.press(face);
    await expect(face).toHaveAttribute('aria-expanded', 'true');
  }
}
