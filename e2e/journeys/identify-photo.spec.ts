import { Identify } from '../pages/identify.ts';
import { groupPhoto } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

test.use({
  enrolled: { Ada: 1, Bea: 1 },
});

test('a group photo is dropped, and everybody in it is told apart', async ({ app }) => {
  const identify = new Identify(app);
  await identify.give(groupPhoto);
  await expect(identify.faces.getByRole('heading', { name: /^\d faces$/u })).toBeVisible({
    timeout: 90_000,
  });
  await expect(identify.face('Ada')).toHaveCount(1);
  await expect(identify.face('Bea')).toHaveCount(1);
  await expect(identify.face('Unknown')).not.toHaveCount(0);

  await identify.openFace('Ada');
  await expect(identify.faces.getByRole('img', { name: /^Distance 0\.\d+ to Ada/u })).toBeVisible();
  await app.hand.press(identify.faces.getByRole('link', { name: 'Open Ada' }));
  await expect(app.heading('Ada')).toBeVisible();
});

test('a stranger of a photo is enrolled from it', async ({ app }) => {
  const identify = new Identify(app);
  await identify.give(groupPhoto);
  await app.hand.press(identify.face('Unknown').first());
  await app.hand.press(identify.faces.getByRole('button', { name: 'Enrol' }));
  const dialog = app.dialog('Enrol this face');
  await app.hand.fill(dialog.getByLabel('Name'), 'Cleo');
  await app.hand.press(dialog.getByRole('button', { name: 'Enrol' }));
  await expect(identify.face('Cleo')).toBeVisible({ timeout: 90_000 });
});

test('a face that is not whom it was taken for is not taken for them again, until that is undone', async ({
  app,
}) => {
  const identify = new Identify(app);
  await identify.give(groupPhoto);
  await expect(identify.face('Ada')).toHaveCount(1, { timeout: 90_000 });
  await identify.openFace('Ada');
  await app.hand.press(identify.faces.getByRole('button', { name: 'This is not Ada' }));
  await expect(identify.face('Ada')).toHaveCount(0, { timeout: 90_000 });
  await expect(identify.face('Bea')).toHaveCount(1);

  await app.hand.press(app.button('Undo', app.messages));
  await expect(identify.face('Ada')).toHaveCount(1, { timeout: 90_000 });
});
