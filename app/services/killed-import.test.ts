import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countTemplates, listPeople, listTemplates, openStore } from '../../db/store.ts';
import { modelsAreBuilt, realApplication } from './testing/real-application.ts';
import { cutPortrait, sitters } from './testing/sample-portraits.ts';

// 500 and 10 for the full measure.
const PHOTOS = Number(process.env['LIKENESS_KILL_PHOTOS'] ?? 40);
const KILLS = Number(process.env['LIKENESS_KILLS'] ?? 3);

const importer = path.join(import.meta.dirname, 'testing/import-process.ts');

describe.skipIf(!modelsAreBuilt())('an import killed at random moments (npm run build)', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'likeness-killed-'));
  const dataDir = path.join(folder, 'data');
  const root = path.join(folder, 'people');
  const reported = new Set<string>();

  beforeAll(async () => {
    for (let i = 0; i < PHOTOS; i++) {
      const sitter = sitters[i % sitters.length]!;
      await cutPortrait(sitter, path.join(root, sitter.name, `${i}.jpg`), i);
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it(`${KILLS} times over ${PHOTOS} photos, keeps all it reported and is completed later`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      // After each share of the photos, at a random moment of the next one's work.
      const share = Math.ceil((PHOTOS / (KILLS + 1)) * (kill + 1));
      await importUntilKilled(() => reported.size >= share, Math.random() * 200);
      expectSound();
    }
    const kept = enrolledPhotos().length;
    expect(kept).toBeLessThan(PHOTOS);

    await using app = realApplication(dataDir);
    const completed = await app.dispatch('enrollment.importFolder', { root });
    expect(completed).toMatchObject({
      enrolled: PHOTOS - kept,
      alreadyEnrolled: kept,
      refused: [],
    });
    expectSound();
    expect(enrolledPhotos()).toHaveLength(PHOTOS);
  });

  async function importUntilKilled(isTime: () => boolean, delay: number): Promise<void> {
    const child = spawn(process.execPath, [importer, dataDir, root], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const killed = once(child, 'close');
    let isDying = false;
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) reported.add(line);
      if (isDying || !isTime()) return;
      isDying = true;
      void pause(delay).then(() => child.kill('SIGKILL'));
    });
    expect(await killed).toEqual([null, 'SIGKILL']);
  }

  /** The database is whole, has everything that was reported, and nothing twice. */
  function expectSound(): void {
    const store = openStore({ dataDir });
    expect(store.health().integrity).toBe('ok');
    const people = store.read(listPeople);
    expect(people.every(({ templates }) => templates > 0)).toBe(true);
    store.close();
    const enrolled = enrolledPhotos();
    expect(enrolled).toEqual(expect.arrayContaining([...reported]));
    expect(new Set(enrolled).size).toBe(enrolled.length);
  }

  /** As progress calls them: "Ada/0.jpg". */
  function enrolledPhotos(): string[] {
    const store = openStore({ dataDir });
    const sources = store.read((tables) =>
      listPeople(tables).flatMap(({ id }) =>
        listTemplates(tables, id).map(({ source }) => source!),
      ),
    );
    expect(store.read(countTemplates)).toBe(sources.length);
    store.close();
    return sources.map((source) => path.relative(root, source).split(path.sep).join('/'));
  }
});
