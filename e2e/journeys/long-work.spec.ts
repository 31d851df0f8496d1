import { FolderImport } from '../pages/folder-import.ts';
import { album } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

test('an import is seen from everywhere, leads back, is stopped, and says when it is done', async ({
  app,
  folder,
  hand,
}) => {
  const root = await album(folder, { Ada: 6, Bea: 6, Cleo: 6, Dora: 6 });
  const importing = new FolderImport(app);
  await importing.open();
  await importing.begin(root);
  await app.goTo('Settings');
  const work = app.page.getByRole('region', { name: 'In progress' });
  await expect(work.getByRole('listitem')).toContainText(/Import.*\d+\s?%/su);
  await hand.press(work.getByRole('button', { name: /^Import/u }));
  await expect(app.heading('Import a folder')).toBeVisible();
  await app.goTo('Settings');
  await hand.press(work.getByRole('button', { name: 'Stop: Import' }));
  await expect(work.getByRole('listitem')).toHaveCount(0);

  await importing.open();
  await importing.another();
  await importing.begin(root);
  await app.goTo('Settings');
  await expect(app.messages.getByText('The import is done')).toBeVisible({ timeout: 180_000 });
  await hand.press(app.button('Show', app.messages));
  await expect(app.heading('Import a folder')).toBeVisible();
});
