import { People } from '../pages/people.ts';
import { expect, test } from '../support/test.ts';

test.use({ enrolled: { Ada: 3, Bea: 1, Cleo: 1, Dora: 2 } });

test('back from a person, search and order are as they were, and the focus is on them', async ({
  app,
}) => {
  const people = new People(app);
  await app.goTo('People');
  await expect(app.page.getByText('4 people', { exact: true })).toBeVisible();
  await app.hand.choose(app.page.getByLabel('Sort'), 'Most photos');
  await expect(people.list.getByRole('link').first()).toContainText('Ada');
  await app.hand.fill(app.page.getByLabel('Search'), 'a');
  await expect(app.page.getByText('3 of 4 people', { exact: true })).toBeVisible();

  await app.hand.press(people.person('Bea'));
  await expect(app.heading('Bea')).toBeVisible();
  await app.hand.press(app.button('People'));
  await expect(app.page.getByLabel('Search')).toHaveValue('a');
  await expect(app.page.getByText('3 of 4 people', { exact: true })).toBeVisible();
  await expect(app.page.getByLabel('Sort')).toHaveValue('photos');
  await expect(people.person('Bea')).toBeFocused();
});

test('several people are chosen: hidden, shown again, merged and deleted', async ({
  app,
  server,
}) => {
  const people = new People(app);
  await app.goTo('People');
  await people.choose('Bea');
  await app.hand.press(people.bar.getByRole('button', { name: 'Hide' }));
  const hiding = app.dialog('Hide Bea?');
  await expect(hiding).toContainText('still recognizes them');
  await app.hand.press(hiding.getByRole('button', { name: 'Hide' }));
  await expect(people.person('Bea')).toHaveCount(0);
  await expect(app.page.getByText('3 people', { exact: true })).toBeVisible();

  await app.hand.press(app.button('Hidden (1)'));
  await expect(app.heading('Hidden people')).toBeVisible();
  await people.choose('Bea');
  await app.hand.press(people.bar.getByRole('button', { name: 'Show again' }));
  await expect(app.heading('People')).toBeVisible();
  await expect(people.person('Bea')).toBeVisible();

  await people.choose('Ada', 'Dora');
  await app.hand.press(people.bar.getByRole('button', { name: 'Merge' }));
  const merging = app.dialog('Merge with …');
  await expect(merging).toContainText(/alike/u);
  await app.hand.press(merging.getByRole('button', { name: 'Merge into Ada' }));
  await expect(people.person('Ada')).toContainText('5 photos');
  await expect(people.person('Dora')).toHaveCount(0);

  await app.hand.fill(app.page.getByLabel('Search'), 'e');
  await people.startChoosing();
  await app.hand.press(people.bar.getByRole('button', { name: 'Select all' }));
  await expect(people.bar).toContainText('2 people selected');
  await app.hand.press(people.bar.getByRole('button', { name: 'Delete' }));
  const deleting = app.dialog('Delete 2 people?');
  await expect(deleting).toContainText('Bea, Cleo');
  await app.hand.press(deleting.getByRole('button', { name: 'Delete', exact: true }));
  await app.hand.press(
    app.dialog('2 people deleted').getByRole('button', { name: 'Close' }).last(),
  );
  expect(await server.likeness('people', 'list')).toMatchObject({
    people: [{ name: 'Ada', templates: 5 }],
  });
});

test('merging offers the nearest first, says how near they are, and keeps the name one asks for', async ({
  app,
}) => {
  const people = new People(app);
  const person = await people.openPerson('Ada');
  await person.splitOff('Twin');
  const twin = await people.openPerson('Twin');
  const dialog = await twin.startMerging();
  const others = dialog.getByRole('group', { name: 'The nearest come first.' });
  await expect(others.getByRole('radio').first()).toHaveAccessibleName(/^Ada/u, {
    timeout: 60_000,
  });
  await expect(others.locator('label').first()).toContainText(/same person/u);
  await app.hand.press(others.getByRole('radio', { name: /^Ada/u }));
  await expect(dialog.getByRole('status')).toContainText(/same person/u);
  await app.hand.press(dialog.getByRole('radio', { name: 'Keep the name Twin' }));
  await app.hand.press(dialog.getByRole('button', { name: 'Merge into Twin' }));
  await expect(app.heading('Twin')).toBeVisible();
  await expect(app.page.getByText('3 photos', { exact: true })).toBeVisible();
});

test('another photo is chosen as the portrait', async ({ app, server }) => {
  const people = new People(app);
  const person = await people.openPerson('Ada');
  const before = person.photos.getByText('Portrait', { exact: true });
  await expect(before).toHaveCount(1);
  const offers = person.photos.getByRole('button', { name: /^Use as portrait/u });
  await expect(offers).toHaveCount(2);
  const chosen = (await offers.last().getAttribute('aria-label'))!.replace(/^.*: /u, '');
  await app.hand.press(offers.last());
  await expect(
    person.photos.getByRole('button', { name: `Use as portrait: ${chosen}` }),
  ).toHaveCount(0);
  const { person: shown } = (await server.likeness('people', 'show', 'Ada')) as {
    person: { portrait: number; templateList: { id: number; source: string }[] };
  };
  const source = shown.templateList.find(({ id }) => id === shown.portrait)!.source;
  expect(source.endsWith(chosen)).toBe(true);
});
