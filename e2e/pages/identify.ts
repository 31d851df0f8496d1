import { expect, type Locator } from '@playwright/test';
import { dropPicture } from '../support/drop.ts';
import type { Window } from './window.ts';

/** Who is in a photo? */
export class Identify {
  readonly #window: Window;
  readonly faces: Locator;

  constructor(window: Window) {
    this.#window = window;
    this.faces = window.page.getByRole('complementary', { name: 'Faces in the photo' });
  }

  /** Dropped anywhere; without a mouse by the shortcut and the file picker. */
  async give(photo: string): Promise<void> {
    const { hand, page } = this.#window;
    if (hand.kind === 'mouse') await dropPicture(page.locator('body'), photo);
    else {
      await page.keyboard.press('ControlOrMeta+o');
      await expect(this.#window.heading('Identify')).toBeVisible();
      await hand.pick(this.#window.button(/Choose a photo/u), photo);
    }
  }

  /** @param name what the button that opens the face begins with, or a pattern of all of it. */
  face(name: string | RegExp): Locator {
    const pattern = typeof name === 'string' ? new RegExp(`^${name}`, 'u') : name;
    return this.faces.getByRole('button', { name: pattern });
  }

  async openFace(name: string): Promise<void> {
    const face = this.face(name);
    if ((await face.getAttribute('aria-expanded')) !== 'true') await this.#window.hand.press(face);
    await expect(face).toHaveAttribute('aria-expanded', 'true');
  }
}
