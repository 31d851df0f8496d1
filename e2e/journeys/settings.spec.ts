import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Settings } from '../pages/settings.ts';
import { addRefusals } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

test('settings survive a restart', async ({ app, hand, server, tab }) => {
  const settings = new Settings(app);
  await app.goTo('Settings');
  await settings.open('Appearance');
  await hand.choose(settings.select('Theme'), 'Dark');
  await expect(tab.locator('html')).toHaveAttribute('data-theme', 'dark');

  await settings.open('Privacy');
  await hand.choose(settings.select('Keep activity and attendance for'), '30 days');
  await hand.press(settings.toggle('Note who is recognized'));
  // What loosens privacy is asked about.
  await hand.press(app.dialog('Note who is recognized?').getByRole('button', { name: 'Note it' }));
  await expect(settings.toggle('Note who is recognized')).toBeChecked();

  await settings.open('Kiosk');
  await hand.fill(tab.getByLabel('Invitation'), 'Good morning!');
  await tab.keyboard.press('Tab');

  const again = await server.restart();
  await app.open(again.link);
  await expect(tab.locator('html')).toHaveAttribute('data-theme', 'dark');
  await app.goTo('Settings');
  await settings.open('Privacy');
  await expect(settings.select('Keep activity and attendance for')).toHaveValue('30');
  await expect(settings.toggle('Note who is recognized')).toBeChecked();
  await settings.open('Kiosk');
  await expect(tab.getByLabel('Invitation')).toHaveValue('Good morning!');
  await again.end();
});

test('the window speaks German where that is chosen', async ({ app, folder, hand }) => {
  const settings = new Settings(app);
  await app.goTo('Settings');
  await settings.open('Appearance');
  await hand.choose(settings.select('Language'), 'Deutsch');
  await expect(app.heading('Einstellungen')).toBeVisible();
  await expect(app.page.locator('html')).toHaveAttribute('lang', 'de');

  // Also what comes from the model process.
  await addRefusals(folder);
  const { page } = app;
  await hand.press(page.getByRole('link', { name: 'Personen' }));
  await hand.press(app.button('Ordner importieren'));
  await hand.fill(page.getByRole('textbox', { name: 'Oder den Pfad angeben' }), folder);
  await hand.press(app.button('Importieren'));
  const refusals = page.getByRole('list', { name: 'Abgelehnte Fotos' });
  await expect(refusals).toContainText('kein Gesicht gefunden', { timeout: 90_000 });
  await expect(refusals).toContainText(/notes\.jpg\s*Dieses Bild kann Likeness nicht lesen/u);

  // And what became of each device that computes.
  await hand.press(page.getByRole('link', { name: 'Einstellungen' }));
  await hand.press(page.getByRole('link', { name: 'Gerät', exact: true }));
  await hand.press(app.button('Untersuchen'));
  const device = page.getByRole('region', { name: 'Gerät' });
  const providers = device.getByRole('listitem');
  await expect(providers.first()).toContainText(/CPU\s*Bewiesen/u, { timeout: 90_000 });
  for (const provider of (await providers.all()).slice(1))
    await expect(provider).toContainText(/Bewiesen|nicht gefunden|keine Bibliothek/u);
});

test('a backup is put where somebody chooses, and a mistyped path is an error at its field', async ({
  app,
  server,
  folder,
  hand,
}) => {
  const settings = new Settings(app);
  await app.goTo('Settings');
  await settings.open('Backup');
  const field = app.page.getByRole('textbox', { name: 'File for the backup' });
  await hand.fill(field, path.join(folder, 'no-such-folder', 'copy.db'));
  await hand.press(app.button('Back up'));
  await app.prove(server.code);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(/no-such-folder.* does not exist/u);
  await expect(app.messages.getByText(/no-such-folder/u)).toHaveCount(0);

  // The picker begins with what there is of the path.
  await hand.press(app.button('Choose …').first());
  const picker = app.dialog('Choose where to save');
  await expect(picker.getByRole('status')).toHaveText(folder);
  await hand.press(app.button('Save here', picker));
  await expect(field).toHaveValue(path.join(folder, 'copy.db'));
  await expect(field).toHaveAttribute('aria-invalid', 'false');
  await hand.press(app.button('Back up'));
  await expect(app.messages.getByText(/^Backed up/u)).toBeVisible();

  // Nothing is overwritten without a word.
  await hand.press(app.button('Back up'));
  await hand.press(app.button('Replace', app.dialog(/^Replace/u)));
  await expect(app.messages.getByText(/^Backed up/u)).toHaveCount(2);

  await hand.press(app.button('Choose …').nth(1));
  const files = app.dialog('Choose a file');
  await hand.press(files.getByRole('button', { name: 'copy.db' }));
  await expect(app.page.getByRole('textbox', { name: 'File to restore' })).toHaveValue(
    path.join(folder, 'copy.db'),
  );
});

test('a folder is opened to programs, and closed again', async ({ app, server, folder, hand }) => {
  const settings = new Settings(app);
  await app.goTo('Settings');
  await settings.open('Access by programs');
  const card = app.page.getByRole('region', { name: 'Access by programs' });
  await expect(card).toContainText('Programs may read no folders.');
  const place = app.page.getByRole('textbox', { name: 'Folder', exact: true });
  // Not where Likeness keeps what it knows.
  await hand.fill(place, path.parse(folder).root);
  await hand.fill(app.page.getByRole('textbox', { name: 'Programs call it' }), 'all');
  await hand.press(app.button('Allow the folder'));
  await app.prove(server.code);
  await expect(place).toHaveAttribute('aria-invalid', 'true');
  await expect(place).toHaveAccessibleDescription(/what Likeness itself keeps/u);

  const photos = path.join(folder, 'photos-for-programs');
  mkdirSync(photos);
  await hand.fill(place, photos);
  await hand.fill(app.page.getByRole('textbox', { name: 'Programs call it' }), 'photos');
  await expect(card).toContainText('A program then writes photos/anna.jpg.');
  await hand.press(app.button('Allow the folder'));
  await expect(card.getByRole('listitem')).toContainText(/photos.*may be read/u);
  await hand.press(app.button('Remove: photos'));
  await expect(card).toContainText('Programs may read no folders.');
});
