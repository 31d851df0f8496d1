import { Settings } from '../pages/settings.ts';
import { expect, test } from '../support/test.ts';

test('a key takes the code that is printed where Likeness was started', async ({
  app,
  server,
  hand,
}) => {
  await app.goTo('Settings');
  await new Settings(app).open('Access by programs');
  await hand.fill(app.page.getByLabel('For which program'), 'Door');
  await hand.press(app.button('Make a key'));
  const dialog = app.dialog('Is it you?');
  await hand.press(app.button('Cancel', dialog));
  await expect(app.page.getByText('Door', { exact: true })).toHaveCount(0);
  expect(await server.likeness('activity', '--kind', 'key-created')).toMatchObject({ entries: [] });

  await hand.press(app.button('Make a key'));
  await hand.fill(dialog.getByLabel('Code'), '12');
  await hand.press(app.button('Continue', dialog));
  await expect(dialog.getByText(/not the code/u)).toBeVisible();
  await app.prove(server.code);
  await expect(app.dialog(/Door/u)).toBeVisible();
});
