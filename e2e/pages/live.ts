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

  async expectRecognized(name: string): Promise<void> {
    await expect(this.named(name)).toBeVisible({ timeout: 90_000 });
    await expect(this.inView.getByRole('meter', { name: 'Confidence' })).toBeVisible();
  }

  /** Says that a face in view is not whom it was taken for. */
  async reject(name: string): Promise<void> {
    await this.#window.hand.press(this.inView.getByRole('button', { name: `This is not ${name}` }));
  }

  /** What an unknown face offers: enrolls it under a name. */
  async enrollUnknown(name: string): Promise<void> {
    const { hand } = this.#window;
    const dialog = await this.takePictures();
    await hand.fill(dialog.getByLabel('Name'), name);
    await hand.press(dialog.getByRole('button', { name: 'Enroll' }));
    await expect(dialog).toBeHidden();
  }

  /**
   * Opens the dialog of the unknown face and waits for its five pictures.
   *
   * @param meanwhile what happens while they are taken
   */
  async takePictures(meanwhile?: (dialog: Locator) => Promise<void>): Promise<Locator> {
    const { hand } = this.#window;
    await hand.press(this.inView.getByRole('button', { name: 'Enroll', exact: true }));
    const dialog = this.#window.dialog('Enroll with the camera');
    await meanwhile?.(dialog);
    await expect(dialog.getByText(/^5 of 5 pictures/u)).toBeVisible({ timeout: 90_000 });
    return dialog;
  }

  /** What the dialog has taken, each as PNG. */
  async picturesTaken(dialog: Locator): Promise<Uint8Array<ArrayBuffer>[]> {
    const shown = await dialog.getByRole('img', { name: /^Picture \d/u }).all();
    return Promise.all(
      shown.map(async (picture) => {
        const url = await picture.evaluate(async (element) => {
          const image = element as HTMLImageElement;
          await image.decode();
          const canvas = document.createElement('canvas');
          Object.assign(canvas, { width: image.naturalWidth, height: image.naturalHeight });
          canvas.getContext('2d')!.drawImage(image, 0, 0);
          return canvas.toDataURL('image/png');
        });
        return Uint8Array.from(Buffer.from(url.split(',')[1]!, 'base64'));
      }),
    );
  }
}
