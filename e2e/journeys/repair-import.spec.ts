import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FolderImport } from '../pages/folder-import.ts';
import { People } from '../pages/people.ts';
import { addRefusals, album, groupPhoto } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

test('a folder is imported, and what was refused is repaired photo by photo', async ({
  app,
  folder,
}) => {
  const root = await album(path.join(folder, 'album'), { Ada: 1, Bea: 1 });
  await addRefusals(root);
  const cleo = path.join(root, 'Cleo');
  mkdirSync(cleo);
  copyFileSync(groupPhoto, path.join(cleo, 'group.jpg'));
  writeFileSync(path.join(cleo, 'phone.heic'), heicHead());

  const work = new FolderImport(app);
  await work.open();
  await work.begin(root);
  await expect(work.progress.getByText('The import is done.')).toBeVisible({ timeout: 90_000 });
  expect(await work.count('Enrolled')).toBe(2);
  expect(await work.count('Refused')).toBe(4);

  // Every refusal says its reason in full, and nothing is a broken picture.
  await expect(work.refused('wall.jpg')).toContainText(/No face was found.*well lit\./u);
  await expect(work.refused('phone.heic')).toContainText('damaged or incomplete');
  await expect(work.refused('phone.heic')).toContainText('HEIC');
  await expect(work.refused('notes.jpg')).toContainText('not a picture');
  expect(await work.brokenPictures()).toBe(0);

  // A photo without a face can be looked at.
  await app.hand.press(work.refused('wall.jpg').getByRole('button', { name: /^Look at/u }));
  await expect(app.dialog(/wall\.jpg$/u).getByRole('img')).toBeVisible();
  await app.hand.press(app.dialog().getByRole('button', { name: 'Close' }));

  const group = work.refused('group.jpg');
  await expect(group).toContainText(/There are \d+ faces in this photo\./u);
  await app.hand.press(group.getByRole('button', { name: /^Choose the face/u }));
  const picker = app.dialog('Which face is Cleo?');
  const faces = picker.getByRole('button', { name: /^Face \d+ of \d+$/u });
  await expect(faces.first()).toBeVisible({ timeout: 60_000 });
  await app.hand.press(faces.last());
  await expect(group).toContainText('Enrolled for Cleo');

  expect(await work.count('Enrolled')).toBe(3);
  expect(await work.count('Refused')).toBe(3);

  await app.hand.press(work.progress.getByRole('button', { name: 'Show people' }));
  await expect(new People(app).person('Cleo')).toContainText('1 photo');
});

test('of several photos with several faces the largest is taken at once', async ({
  app,
  folder,
}) => {
  const root = path.join(folder, 'album');
  for (const name of ['Ada', 'Bea']) {
    mkdirSync(path.join(root, name), { recursive: true });
    copyFileSync(groupPhoto, path.join(root, name, 'group.jpg'));
  }
  const work = new FolderImport(app);
  await work.open();
  await work.begin(root);
  await expect(work.progress.getByText('The import is done.')).toBeVisible({ timeout: 90_000 });
  await app.hand.press(app.button('Take the largest face in 2 photos'));
  await expect(work.refused('Ada/group.jpg')).toContainText('Enrolled for Ada');
  await expect(work.refused('Bea/group.jpg')).toContainText('Enrolled for Bea');
});

test('photos added to a person are repaired in the same dialog', async ({ app }) => {
  const people = new People(app);
  await app.goTo('People');
  const dialog = await people.add('Cleo', [groupPhoto]);
  await expect(dialog.getByText('1 photo refused:')).toBeVisible();
  await app.hand.press(dialog.getByRole('button', { name: /^Choose the face/u }));
  const picker = app.dialog('Which face is Cleo?');
  await expect(picker.getByRole('button', { name: 'Face 1 of' }).first()).toBeVisible({
    timeout: 60_000,
  });
  await app.hand.press(picker.getByRole('button', { name: 'Face 1 of' }).first());
  await expect(dialog.getByText('Enrolled for Cleo')).toBeVisible();
  await app.hand.press(dialog.getByRole('button', { name: 'Close' }).last());
  await expect(app.heading('Cleo')).toBeVisible();
});

test('a path that does not exist is an error at its field', async ({ app }) => {
  const work = new FolderImport(app);
  await work.open();
  const field = app.page.getByLabel('Or give its path');
  await app.hand.fill(field, '/no/such/folder');
  await app.hand.press(app.button('Import'));
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(app.page.getByText(/does not exist/u)).toBeVisible();
  await expect(field).toHaveValue('/no/such/folder');
});

/** What a photo of a telephone begins with; no browser here shows one. */
const heicHead = (): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(2048, 7)]);
