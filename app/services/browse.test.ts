import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testApplication } from './testing/application.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'likeness-browse-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const look = (input: { at?: string; endings?: string[] }) =>
  testApplication().run('files.browse', input);

test('a folder shows its folders, then the files that fit, and nothing hidden', async () => {
  for (const name of ['b', 'a10', 'a9', '.hidden']) mkdirSync(path.join(folder, name));
  for (const name of ['x.db', 'Y.DB', 'notes.txt', '.z.db'])
    writeFileSync(path.join(folder, name), '');
  symlinkSync(path.join(folder, 'b'), path.join(folder, 'link'));
  symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'broken'));
  const { entries, parent } = await look({ at: folder, endings: ['.db'] });
  expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
    ['a9', 'folder'],
    ['a10', 'folder'],
    ['b', 'folder'],
    ['link', 'folder'],
    ['x.db', 'file'],
    ['Y.DB', 'file'],
  ]);
  expect(entries[0]!.path).toBe(path.join(folder, 'a9'));
  expect(parent).toBe(path.dirname(folder));
});

test('of a file its folder is shown, of a mistyped path what there is of it', async () => {
  writeFileSync(path.join(folder, 'x.db'), '');
  expect((await look({ at: path.join(folder, 'x.db') })).folder).toBe(folder);
  expect((await look({ at: path.join(folder, 'not', 'there') })).folder).toBe(folder);
  expect((await look({})).folder).toBe(homedir());
  expect((await look({ at: path.parse(folder).root })).parent).toBeNull();
});
