import { readFile } from 'node:fs/promises';
import { Models } from '../pages/models.ts';
import { connect } from '../support/client.ts';
import { cleo, portrait } from '../support/photos.ts';
import type { Server } from '../support/server.ts';
import { expect, test } from '../support/test.ts';

const SLOW = { timeout: 90_000 };
const other = /dlib/u;

async function encoderInUse(server: Server): Promise<string | undefined> {
  const { models } = (await server.likeness('models', 'list')) as {
    models: { id: string; role: string; active: boolean }[];
  };
  return models.find(({ role, active }) => role === 'encoder' && active)?.id;
}

/** Nothing is kept of her photo but what the encoder in use made of it. */
async function enrolCleoWithoutAPhoto({ link }: Server, folder: string): Promise<void> {
  using client = await connect(link);
  await client.call('settings.set', { changes: { keepPortraits: false } });
  const bytes = Uint8Array.from(await readFile(await portrait(folder, cleo)));
  await client.call('enrolment.enrol', { name: 'Cleo', images: [{ bytes, name: 'cleo.jpg' }] });
}

test.describe('a few people', () => {
  test.use({ enrolled: { Ada: 2, Bea: 1 } });

  test('another encoder is used once its plan is agreed to, and the way back is open', async ({
    app,
    folder,
    server,
  }) => {
    await enrolCleoWithoutAPhoto(server, folder);
    const models = new Models(app);
    await models.open();
    await models.consider(other);
    const stay = models.people(/^2 people stay known$/u);
    await expect(stay).toContainText([/Ada.*2 of 2 photos/u, /Bea.*1 of 1 photo/u], SLOW);
    const again = models.people(/^1 person must be enrolled again$/u);
    await expect(again).toContainText(/Cleo.*the original is not where it was/u);

    await models.press('Keep the present one', models.change);
    await expect(models.change).toBeHidden();
    expect(await encoderInUse(server)).toBe('encoder-likeness');

    await models.consider(other);
    await expect(stay).toHaveCount(2, SLOW);
    await models.press('Change the encoder', models.change);
    await expect(models.change.getByText(/3 photos encoded again/u)).toBeVisible(SLOW);
    await expect(again).toContainText('Cleo');
    expect(await encoderInUse(server)).toBe('encoder-resnet29');

    await app.hand.press(models.change.getByRole('button', { name: 'Close' }).last());
    const strangers = app.page.getByRole('group', { name: /does not know 1 enrolled person$/u });
    await expect(strangers).toContainText('Cleo');

    await models.press('Undo …', app.page.getByRole('group', { name: 'The encoder before' }));
    await models.press('Bring it back', models.undo);
    await expect(app.messages.getByText(/of Likeness.* is in use again$/u)).toBeVisible(SLOW);
    await expect(strangers).toHaveCount(0);
    expect(await encoderInUse(server)).toBe('encoder-likeness');
  });
});

test.describe('many photos', () => {
  test.use({ enrolled: { Ada: 40 } });

  test('a change that is stopped has changed nothing', async ({ app, server }) => {
    const models = new Models(app);
    await models.open();
    await models.consider(other);
    await expect(models.people(/^1 person stays known$/u)).toHaveCount(1, SLOW);
    await models.press('Change the encoder', models.change);
    await models.press('Stop', models.change);
    await expect(models.change.getByText('Stopped. Nothing has changed.')).toBeVisible(SLOW);
    await models.press('Keep the present one', models.change);
    expect(await encoderInUse(server)).toBe('encoder-likeness');
  });
});
