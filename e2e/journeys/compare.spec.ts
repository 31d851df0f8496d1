import { Compare } from '../pages/compare.ts';
import { ada, dora, groupPhoto, otherPortraitOfAda, portrait } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

test('two photos are compared: distance, threshold, probability and both faces', async ({
  app,
  folder,
}) => {
  const compare = new Compare(app);
  await app.goTo('Compare');
  await compare.put('First picture', await portrait(folder, ada));
  await compare.put('Second picture', await otherPortraitOfAda(folder));
  await expect(compare.verdict(/the same person$/u)).toBeVisible({ timeout: 90_000 });
  const scale = compare.result.getByRole('img', { name: /^Distance/u });
  await expect(scale).toHaveAccessibleName(
    /^Distance 0\.\d+; up to 0\.\d+ two faces are taken for the same person$/u,
  );
  await expect(compare.result.getByText('Probability')).toBeVisible();
  for (const name of ['Face of the first picture', 'Face of the second picture'])
    await expect(compare.result.getByRole('img', { name })).toBeVisible();

  await compare.put('Second picture', await portrait(folder, dora));
  await expect(compare.verdict(/different people$/u)).toBeVisible({ timeout: 90_000 });
});

test('a picture of several people asks whom to take', async ({ app, folder }) => {
  const compare = new Compare(app);
  await app.goTo('Compare');
  await compare.put('First picture', groupPhoto);
  await compare.put('Second picture', await portrait(folder, dora));
  await app.hand.press(app.button('Take the largest face'));
  await expect(compare.verdict(/people$/u)).toBeVisible({ timeout: 90_000 });
});
