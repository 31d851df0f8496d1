import type { ImageSource } from '../../../contract/values.ts';
import { api } from '../api.ts';

/** A file as a command takes it: by path where the shell knows it, else its bytes. */
export async function imageOf(file: File): Promise<ImageSource> {
  const path = api.pathOf(file);
  if (path !== null) return { path };
  return { bytes: new Uint8Array(await file.arrayBuffer()), name: file.name };
}

/** Hands a text over as a download. */
export function download(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
