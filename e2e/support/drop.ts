import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from '@playwright/test';

const types: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.txt': 'text/plain',
};

/** Drops a picture from the desktop on something. */
export const dropPicture = (target: Locator, file: string): Promise<void> =>
  dropFiles(target, file);

/** Drops files of any kind together; a name that systems know no type of has none. */
export async function dropFiles(target: Locator, ...files: readonly string[]): Promise<void> {
  const dropped = files.map((file) => ({
    name: path.basename(file),
    base64: readFileSync(file).toString('base64'),
    type: types[path.extname(file)] ?? '',
  }));
  await target.evaluate((element, all) => {
    const dataTransfer = new DataTransfer();
    for (const { name, base64, type } of all) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      dataTransfer.items.add(new File([bytes], name, { type }));
    }
    for (const kind of ['dragenter', 'dragover', 'drop'])
      element.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }, dropped);
}
