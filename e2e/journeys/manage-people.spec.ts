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
