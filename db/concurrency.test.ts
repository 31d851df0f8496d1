import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { countTemplates, insertPerson, listPeople, openStore } from './store.ts';
import { NOW } from './testing/samples.ts';
import { temporaryFolder, temporaryStore } from './testing/temporary.ts';

const writer = fileURLToPath(new URL('./testing/writer.ts', import.meta.url));
const run = promisify(execFile);

test('four processes create and fill one database together', async () => {
  const dataDir = temporaryFolder();
  const offsets = [0, 1000, 2000, 3000];
  await Promise.all(
    offsets.map((offset) => run(process.execPath, [writer, dataDir, String(offset), '40'])),
  );
  const store = temporaryStore(dataDir);
  expect(store.read(countTemplates)).toBe(160);
  expect(store.read(listPeople)).toMatchObject([{ name: 'Anna', templates: 160 }]);
  expect(store.health().integrity).toBe('ok');
});

test('a database that is held for too long is reported as busy', () => {
  const dataDir = temporaryFolder();
  const holder = temporaryStore(dataDir);
  const waiting = openStore({ dataDir });
  waiting.read(({ sqlite }) => sqlite.pragma('busy_timeout = 100'));
  holder.write((tables) => {
    insertPerson(tables, 'Anna', NOW);
    expect(() => waiting.write((others) => insertPerson(others, 'Bert', NOW))).toThrow(
      expect.objectContaining({ code: 'database_busy' }),
    );
  });
  waiting.close();
});
