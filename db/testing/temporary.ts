import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore, type Store } from '../store.ts';

/** A folder for one test, gone afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'likeness-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A store in a folder of its own, closed after the test. */
export function temporaryStore(dataDir = temporaryFolder()): Store {
  const store = openStore({ dataDir });
  onTestFinished(() => {
    store.close();
  });
  return store;
}

/** The files of a folder in which the bytes occur. */
export function filesWith(folder: string, bytes: Buffer): string[] {
  return readdirSync(folder).filter((name) =>
    readFileSync(path.join(folder, name)).includes(bytes),
  );
}
