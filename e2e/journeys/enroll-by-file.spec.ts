import { People } from '../pages/people.ts';
import { ada, groupPhoto, otherPortraitOfAda, portrait } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

test('somebody is enrolled from photos', async ({ app, folder }) => {
  const people = new People(app);
  await app.goTo('People');
  await people.add('Ada', [await portrait(folder, ada), await otherPortraitOfAda(folder)]);
  await expect(app.heading('Ada')).toBeVisible();
  await expect(app.page.getByText('2 photos', { exact: true })).toBeVisible();
});

test('a photo that cannot be enrolled is refused with its reason, the others are taken', async ({
  app,
  folder,
}) => {
  const people = new People(app);
  await app.goTo('People');
  const dialog = await people.add('Ada', [await portrait(folder, ada), groupPhoto]);
  await expect(dialog.getByText('1 photo enrolled, 1 refused:')).toBeVisible();
  const refused = dialog.getByRole('list', { name: 'Refused photos' }).getByRole('listitem');
  await expect(refused).toHaveCount(1);
  await expect(refused).toContainText('sample1.jpg');
  await expect(refused).toContainText(/faces/u);
  await app.hand.press(dialog.getByRole('button', { name: 'Close' }).last());
  await expect(app.heading('Ada')).toBeVisible();
});
