import path from 'node:path';
import { FolderImport } from '../pages/folder-import.ts';
import { People } from '../pages/people.ts';
import { ada, addRefusals, album, bea, dora } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

const PHOTOS_EACH = 12;

test('a folder is imported, stopped, and goes on where it was', async ({ app, folder, server }) => {
  const root = await album(path.join(folder, 'album'), {
    Ada: PHOTOS_EACH,
    Bea: PHOTOS_EACH,
    Dora: PHOTOS_EACH,
  });
  await addRefusals(root);
  const work = new FolderImport(app);
  await work.open();

  await work.begin(root);
  await expect(work.bar).toBeVisible();
  await expect.poll(() => work.count('Enrolled'), { timeout: 90_000 }).toBeGreaterThan(0);
  await work.stop();
  await expect(work.progress.getByText('The import was stopped.')).toBeVisible();
  const before = await work.count('Enrolled');
  expect(before).toBeLessThan(3 * PHOTOS_EACH);

  await work.another();
  await work.begin(root);
  await expect(work.progress.getByText('The import is done.')).toBeVisible({ timeout: 90_000 });
  expect(await work.count('Known before')).toBeGreaterThanOrEqual(before);
  expect((await work.count('Known before')) + (await work.count('Enrolled'))).toBe(3 * PHOTOS_EACH);
  await expect(work.refusals.getByRole('listitem')).toHaveCount(2);
  await expect(work.refusals).toContainText('wall.jpg');
  await expect(work.refusals).toContainText('notes.jpg');

  await app.hand.press(work.progress.getByRole('button', { name: 'Show people' }));
  for (const { name } of [ada, bea, dora])
    await expect(new People(app).person(name)).toContainText(`${PHOTOS_EACH} photos`);
  expect(await server.likeness('people', 'list')).toMatchObject({
    people: [ada, bea, dora].map(({ name }) => ({ name, templates: PHOTOS_EACH })),
  });
});
