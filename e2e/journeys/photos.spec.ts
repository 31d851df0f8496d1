import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from '@playwright/test';
import { Photos } from '../pages/photos.ts';
import { dropFiles } from '../support/drop.ts';
import {
  crowd,
  groupPhoto,
  groupPhotoWithDoubt,
  otherPortraitOfAda,
  portrait,
  fay,
} from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

test.use({
  enrolled: { Ada: 1, Bea: 1 },
});

/** Whether all of it lies within another element, or nearly all: borders do not count. */
const liesWithin = async (inner: Locator, outer: Locator): Promise<boolean> => {
  const [a, b] = [await inner.boundingBox(), await outer.boundingBox()];
  if (a === null || b === null) return false;
  return (
    a.x >= b.x - 2 &&
    a.y >= b.y - 2 &&
    a.x + a.width <= b.x + b.width + 2 &&
    a.y + a.height <= b.y + b.height + 2
  );
};

test('a group photo is dropped, and everybody in it is told apart', async ({ app }) => {
  const photos = new Photos(app);
  await photos.give(groupPhoto);
  await expect(photos.faces.getByRole('heading', { name: /^\d faces$/u })).toBeVisible({
    timeout: 90_000,
  });
  await expect(photos.face('Ada')).toHaveCount(1);
  await expect(photos.face('Bea')).toHaveCount(1);
  await expect(photos.face('Unknown, face')).not.toHaveCount(0);

  await photos.openFace('Ada');
  await app.hand.press(photos.faces.getByText('Details'));
  await expect(photos.faces.getByRole('img', { name: /^Distance 0\.\d+ to Ada/u })).toBeVisible();
  await app.hand.press(photos.faces.getByRole('link', { name: 'Open Ada' }));
  await expect(app.heading('Ada')).toBeVisible();
});

test('a stranger of a photo is enrolled from it, with the face in sight', async ({ app }) => {
  const photos = new Photos(app);
  await photos.give(groupPhoto);
  await expect(photos.face('Unknown').first()).toBeVisible({ timeout: 90_000 });
  await photos.openFace('Unknown');
  await app.hand.press(photos.face(/^(Who is this\?|Somebody else …)$/u));
  const dialog = app.dialog('Who is this?');
  await expect(dialog.getByRole('img', { name: 'The face' })).toBeVisible();
  await app.hand.fill(dialog.getByRole('searchbox', { name: 'Find a person' }), 'Cleo');
  await app.hand.press(dialog.getByRole('button', { name: 'New person: Cleo' }));
  await expect(photos.face('Cleo')).toBeVisible({ timeout: 90_000 });

  await app.hand.press(app.button('Undo', app.messages));
  await expect(photos.face('Cleo')).toHaveCount(0, { timeout: 90_000 });
  await app.goTo('People');
  await expect(app.page.getByText('2 people')).toBeVisible();
});

test('an unknown face is given to somebody who is known, in one click or by a search', async ({
  app,
}) => {
  const photos = new Photos(app);
  await photos.give(groupPhotoWithDoubt);
  const unknown = photos.face('Unknown, face');
  await expect(unknown).toHaveCount(2, { timeout: 90_000 });
  // The other one is like nobody, so nobody is offered.
  await photos.openFace('Unknown, face 2');
  await expect(photos.face('Who is this?')).toBeVisible();
  await expect(photos.face(/^Yes, this is/u)).toHaveCount(0);
  await photos.openFace('Unknown, face 3');
  await app.hand.press(photos.face(/^Yes, this is Ada/u));
  await expect(photos.face('Ada')).toHaveCount(2, { timeout: 90_000 });
  await expect(unknown).toHaveCount(1);

  await photos.openFace('Unknown');
  await app.hand.press(photos.face(/^(Who is this\?|Somebody else …)$/u));
  const dialog = app.dialog('Who is this?');
  await app.hand.fill(dialog.getByRole('searchbox', { name: 'Find a person' }), 'be');
  await app.hand.press(dialog.getByRole('button', { name: /^Bea/u }));
  await expect(photos.face('Bea')).toHaveCount(1, { timeout: 90_000 });
  await expect(unknown).toHaveCount(0);
});

test('several unknown faces are named together, and the others one after another', async ({
  app,
  folder,
}) => {
  const photos = new Photos(app);
  await photos.give(await crowd(folder, { known: 1, unknown: 4 }));
  const unknown = photos.face('Unknown, face');
  await expect(unknown).toHaveCount(4, { timeout: 90_000 });
  await app.hand.press(app.button('Select', photos.faces));
  await app.hand.press(unknown.nth(0));
  await app.hand.press(unknown.nth(1));
  await app.hand.press(photos.face('These are all …'));
  const together = app.dialog('Who is this, in 2 faces?');
  await app.hand.fill(together.getByRole('searchbox', { name: 'Find a person' }), 'Twin');
  await app.hand.press(together.getByRole('button', { name: 'New person: Twin' }));
  await expect(photos.face('Twin')).toHaveCount(2, { timeout: 90_000 });

  await app.hand.press(app.button('Name them', photos.faces));
  const each = app.dialog(/^Who is this\?/u);
  for (let n = 0; n < 2; n++) {
    await app.hand.fill(each.getByRole('searchbox', { name: 'Find a person' }), `Guest ${n}`);
    await app.hand.press(each.getByRole('button', { name: `New person: Guest ${n}` }));
  }
  await expect(photos.face(/^Guest/u)).toHaveCount(2, { timeout: 90_000 });
  await expect(unknown).toHaveCount(0);
});

test('a face that is not whom it was taken for is not taken for them again, until that is undone', async ({
  app,
}) => {
  const photos = new Photos(app);
  await photos.give(groupPhoto);
  await expect(photos.face('Ada')).toHaveCount(1, { timeout: 90_000 });
  await photos.openFace('Ada');
  await app.hand.press(photos.faces.getByRole('button', { name: 'This is not Ada' }));
  await expect(photos.face('Ada')).toHaveCount(0, { timeout: 90_000 });
  await expect(photos.face('Bea')).toHaveCount(1);

  await app.hand.press(app.button('Undo', app.messages));
  await expect(photos.face('Ada')).toHaveCount(1, { timeout: 90_000 });
});

test('a face on the photo and its card are one selection, and unknown faces are folded', async ({
  app,
  folder,
}) => {
  const photos = new Photos(app);
  const file = await crowd(folder, { known: 4, unknown: 44 });
  await photos.give(file);
  const stage = photos.photo(path.basename(file));
  await expect(photos.face(/^\d+ unknown$/u)).toBeVisible({ timeout: 120_000 });
  await expect(photos.face(/^Unknown, face/u)).toHaveCount(0);

  // Chosen on the photo: the fold opens, and the card comes into view.
  const marks = stage.getByRole('button', { name: /^Unknown, face/u });
  const last = marks.last();
  const name = (await last.getAttribute('aria-label'))!;
  if (app.hand.kind === 'mouse') await last.click();
  else {
    await app.hand.press(stage.getByRole('button').first());
    for (let n = 0; n < 60 && (await last.getAttribute('aria-pressed')) !== 'true'; n++) {
      const was = await stage.locator(':focus').getAttribute('data-face');
      await app.page.keyboard.press('ArrowDown');
      if ((await stage.locator(':focus').getAttribute('data-face')) === was)
        await app.page.keyboard.press('ArrowRight');
    }
  }
  const selected = app.hand.kind === 'mouse' ? name : await pressedIn(stage);
  // Of an unknown face the whole name: “face 4” is the beginning of “face 40”.
  const card = photos.face(new RegExp(`^${selected}(?!\\d)`, 'u')).first();
  await expect(card).toHaveAttribute('aria-expanded', 'true');
  await expect.poll(() => liesWithin(card, photos.faces)).toBe(true);

  // Chosen in the list: the face comes into view on the photo that is zoomed in elsewhere.
  for (let n = 0; n < 5; n++) await app.hand.press(app.button('Zoom in'));
  const known = photos.face(/^(Ada|Bea)/u).first();
  await app.hand.press(known);
  const mark = stage.getByRole('button', { pressed: true });
  await expect(mark).toHaveAccessibleName(/^(Ada|Bea)$/u);
  await expect.poll(() => liesWithin(mark, stage)).toBe(true);
});

const pressedIn = async (stage: Locator): Promise<string> =>
  (await stage.getByRole('button', { pressed: true }).getAttribute('aria-label'))!;

test('several photos are looked at one after another, and found again', async ({ app, folder }) => {
  const photos = new Photos(app);
  const [first, second] = [await otherPortraitOfAda(folder), await portrait(folder, fay)];
  await photos.give(first, second);
  await expect(app.heading('Photos')).toBeVisible();
  const card = (name: RegExp) => app.page.getByRole('link', { name });
  await expect(card(/^ada-again\.jpg: Ada$/u)).toBeVisible({ timeout: 90_000 });
  await expect(card(/^fay-0\.jpg: 1 unknown$/u)).toBeVisible({ timeout: 90_000 });
  await app.hand.press(card(/^ada-again\.jpg/u));
  await expect(photos.face('Ada')).toBeVisible();
  await app.hand.press(app.button('Back'));
  await expect(card(/^fay-0\.jpg/u)).toBeVisible();
});

test('what is no picture is refused in words, wherever it is dropped', async ({ app, folder }) => {
  const notes = path.join(folder, 'notes.txt');
  writeFileSync(notes, 'Not a picture.');
  const said = app.page.getByText('notes.txt is not a picture.', { exact: false });
  for (const screen of ['Live', 'Studio'] as const) {
    await app.goTo(screen);
    await dropFiles(app.page.locator('main'), notes);
    await expect(said.first()).toBeVisible();
    await expect(app.heading(screen)).toBeVisible();
    await app.page.reload();
  }
});

test('a photo that cannot be read says why, and where it would be, too', async ({
  app,
  folder,
}) => {
  const heic = path.join(folder, 'phone.heic');
  writeFileSync(heic, Buffer.from('\0\0\0\u0018ftypheic\0\0\0\0heicmif1', 'latin1'));
  await dropFiles(app.page.locator('body'), heic);
  await expect(app.page.getByText(/HEIC picture that ends too early/u)).toBeVisible();
  await app.hand.press(app.button('Back'));
  await expect(app.page.getByRole('link', { name: /^phone\.heic: .*HEIC/u })).toBeVisible();
});
