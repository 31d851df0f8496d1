import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeSetting } from '../../db/store.ts';
import { testApplication, type TestApplication } from './testing/application.ts';
import { FakeStudio } from './testing/fake-studio.ts';

const program = { caller: 'program' } as const;
const posix = process.platform !== 'win32';

function folderOf(app: TestApplication, name: string): string {
  const folder = path.join(realpathSync(app.folder), name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

const look = (app: TestApplication, file: string) =>
  app.run('faces.detect', { image: { path: file } }, program).then(
    ({ faces }) => faces.length,
    (error: unknown) => (error as { code: string }).code,
  );

test('a folder is allowed by name, listed, changed and taken back', async () => {
  const app = testApplication();
  const photos = folderOf(app, 'photos');
  app.photo('photos/anna.jpg', 'anna');
  expect(await app.run('access.listFolders', {})).toEqual({ folders: [] });
  expect(await look(app, 'photos/anna.jpg')).toBe('path_refused');
  await app.run('access.allowFolder', { name: 'Photos', path: photos });
  expect(await look(app, 'photos/anna.jpg')).toBe(1);
  expect(await look(app, path.join(photos, 'anna.jpg'))).toBe('path_refused');
  await app.run('access.allowFolder', { name: 'photos', path: photos, access: 'read and write' });
  expect(await app.run('access.listFolders', {})).toEqual({
    folders: [{ name: 'photos', path: photos, access: 'read and write' }],
  });
  await app.run('access.removeFolder', { name: 'PHOTOS' });
  expect(await look(app, 'photos/anna.jpg')).toBe('path_refused');
  await expect(app.run('access.removeFolder', { name: 'photos' })).rejects.toThrow(/no folder/u);
});

test('no folder is allowed that has to do with what Likeness keeps', async () => {
  const app = testApplication();
  const allow = (where: string) => app.run('access.allowFolder', { name: 'x', path: where });
  for (const where of [app.folder, path.join(app.folder, 'data'), path.parse(app.folder).root])
    await expect(allow(where)).rejects.toMatchObject({ code: 'folder_refused' });
  await expect(allow(path.join(app.folder, 'none'))).rejects.toMatchObject({
    code: 'file_not_found',
  });
  const { path: file } = app.photo('a.jpg', 'anna');
  await expect(allow(file)).rejects.toMatchObject({ code: 'file_not_directory' });
});

test.each(['pictures', 'Samples', '', 'a/b', '..', '.', '~', 'a\\b', 'a:', 'x\0'])(
  'the name %j is none for a folder',
  async (name) => {
    const app = testApplication();
    const wanted = { name, path: folderOf(app, 'photos') };
    const code = expect.stringMatching(/^(invalid_input|name_invalid)$/u) as string;
    await expect(app.run('access.allowFolder', wanted)).rejects.toMatchObject({ code });
  },
);

test.skipIf(!posix)('a folder that has become a link, or moved, is closed', async () => {
  const app = testApplication();
  const photos = folderOf(app, 'photos');
  app.photo('photos/anna.jpg', 'anna');
  app.photo('private/anna.jpg', 'anna');
  await app.run('access.allowFolder', { name: 'photos', path: photos });
  renameSync(photos, path.join(app.folder, 'elsewhere'));
  expect(await look(app, 'photos/anna.jpg')).toBe('path_refused');
  symlinkSync(path.join(app.folder, 'private'), photos);
  expect(await look(app, 'photos/anna.jpg')).toBe('path_refused');
});

test('a folder in which the data lies by now is closed', async () => {
  const app = testApplication();
  const kept = [{ name: 'all', path: realpathSync(app.folder), access: 'read and write' }];
  app.store.write((tables) => writeSetting(tables, 'programs.folders', JSON.stringify(kept)));
  app.photo('anna.jpg', 'anna');
  expect(await look(app, 'all/anna.jpg')).toBe('path_refused');
  expect(await look(app, 'all/data/likeness.db')).toBe('path_refused');
});

test('what is kept of folders and cannot be read opens none', async () => {
  const app = testApplication();
  for (const text of ['{', '[{"name":"x"}]', 'null']) {
    app.store.write((tables) => writeSetting(tables, 'programs.folders', text));
    expect(await app.run('access.listFolders', {})).toEqual({ folders: [] });
  }
});

test('errors name files as the program does', async () => {
  const app = testApplication();
  const photos = folderOf(app, 'photos');
  writeFileSync(path.join(photos, 'empty.jpg'), '');
  await app.run('access.allowFolder', { name: 'photos', path: photos });
  const error: unknown = await app
    .run('enrollment.importFolder', { root: 'photos/none' }, program)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'file_not_found', details: { file: 'photos/none' } });
  expect((error as Error).message).toContain('photos/none');
  expect(JSON.stringify(error)).not.toContain(app.folder);
});

test('the owner goes wherever the system lets them', async () => {
  const app = testApplication();
  const image = app.photo('anna.jpg', 'anna');
  expect((await app.run('faces.detect', { image })).faces).toHaveLength(1);
});

test('a painting of the owner is not read or taken up for a program', async () => {
  const app = testApplication({ studio: new FakeStudio() });
  onTestFinished(() => app.close());
  const paint = async (name: string, steps: number): Promise<number> => {
    const settings = { content: '/photos/a.jpg', styles: [{ path: '/photos/b.jpg' }], steps };
    const output = path.join(app.folder, name);
    return (await app.run('paintings.create', { settings, output })).job.id;
  };
  const refused = { code: 'path_refused' };
  const done = await paint('done.png', 3);
  expect((await app.run('paintings.wait', { id: done })).job.state).toBe('done');
  const wish = { id: done, format: 'png' } as const;
  await expect(app.run('paintings.export', wish, program)).rejects.toMatchObject(refused);
  const paused = await paint('paused.png', 1000);
  await app.run('paintings.pause', { id: paused });
  await expect(app.run('paintings.resume', { id: paused }, program)).rejects.toMatchObject(refused);
});

test('a backup brings no folders along, and takes none away', async () => {
  const app = testApplication();
  await app.run('access.allowFolder', { name: 'old', path: folderOf(app, 'old') });
  const backup = path.join(app.folder, 'backup.db');
  await app.run('backup.create', { file: backup });
  await app.run('access.removeFolder', { name: 'old' });
  await app.run('access.allowFolder', { name: 'new', path: folderOf(app, 'new') });
  await app.run('backup.restore', { file: backup });
  const { folders } = await app.run('access.listFolders', {});
  expect(folders.map(({ name }) => name)).toEqual(['new']);
  await app.run('access.removeFolder', { name: 'new' });
  await app.run('backup.restore', { file: backup });
  expect((await app.run('access.listFolders', {})).folders).toEqual([]);
  rmSync(backup);
});
