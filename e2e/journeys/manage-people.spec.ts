import { People } from '../pages/people.ts';
import { expect, test } from '../support/test.ts';

test.use({
  enrolled: { Ada: 3, Bea: 1 },
});

test('people are renamed, split, merged and deleted', async ({ app, server }) => {
  const people = new People(app);
  let person = await people.openPerson('Ada');
  await person.rename('Ada Lovelace');
  await expect(app.messages.getByText('The name is Ada Lovelace now.')).toBeVisible();

  await person.splitOff('Twin');
  await expect(app.page.getByText('2 photos', { exact: true })).toBeVisible();
  person = await people.openPerson('Twin');
  await expect(app.page.getByText('1 photo', { exact: true })).toBeVisible();

  await person.mergeInto('Ada Lovelace');
  await expect(app.page.getByText('3 photos', { exact: true })).toBeVisible();

  person = await people.openPerson('Bea');
  const receipt = await person.delete('Bea');
  await expect(receipt.getByRole('row', { name: /^Photos/u })).toContainText('1');
  await expect(receipt.getByText('No byte of it is left in the database.')).toBeVisible();
  await app.hand.press(receipt.getByRole('button', { name: 'Close' }).last());
  await expect(people.person('Ada Lovelace')).toContainText('3 photos');
  await expect(people.person('Bea')).toHaveCount(0);
  expect(await server.likeness('people', 'list')).toMatchObject({
    people: [{ name: 'Ada Lovelace', templates: 3 }],
  });
});

test('a new name, a merge and a deletion are undone', async ({ app, server }) => {
  const people = new People(app);
  const undo = () => app.hand.press(app.messages.getByRole('button', { name: 'Undo' }));
  const person = await people.openPerson('Bea');
  await person.rename('Beatrix');
  await undo();
  await expect(app.heading('Bea')).toBeVisible();

  await person.mergeInto('Ada');
  await expect(app.page.getByText('4 photos', { exact: true })).toBeVisible();
  await undo();
  await expect(app.heading('Bea')).toBeVisible();
  await expect(app.page.getByText('1 photo', { exact: true })).toBeVisible();

  const receipt = await person.delete('Bea');
  await app.hand.press(receipt.getByRole('button', { name: 'Close' }).last());
  await expect(people.person('Bea')).toHaveCount(0);
  await undo();
  await expect(app.heading('Bea')).toBeVisible();
  await expect(app.page.getByText('1 photo', { exact: true })).toBeVisible();
  expect(await server.likeness('people', 'list')).toMatchObject({
    people: [
      { name: 'Ada', templates: 3 },
      { name: 'Bea', templates: 1 },
    ],
  });
});
