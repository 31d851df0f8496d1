import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from '@playwright/test';

/** Drops a picture from the desktop on something. */
export async function dropPicture(target: Locator, file: string): Promise<void> {
  const picture = {
    name: path.basename(file),
    base64: readFileSync(file).toString('base64'),
    type: file.endsWith('.png') ? 'image/png' : 'image/jpeg',
  };
  await target.evaluate((element, { name, base64, type }) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name, { type }));
    for (const kind of ['dragenter', 'dragover', 'drop'])
      element.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }, picture);
}
