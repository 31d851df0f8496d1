import { decode, encode } from '@msgpack/msgpack';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ToShell } from '../../contract/wire.ts';
import { rangeHandler, serve } from '../../native-models/catalog/testing/file-server.ts';
import { Models } from '../pages/models.ts';
import { connect } from '../support/client.ts';
import type { Window } from '../pages/window.ts';
import { cleo, portrait } from '../support/photos.ts';
import { root, type Server } from '../support/server.ts';
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
async function enrollCleoWithoutAPhoto({ link }: Server, folder: string): Promise<void> {
  using client = await connect(link);
  await client.call('settings.set', { changes: { keepPortraits: false } });
  const bytes = Uint8Array.from(await readFile(await portrait(folder, cleo)));
  await client.call('enrollment.enroll', { name: 'Cleo', images: [{ bytes, name: 'cleo.jpg' }] });
}

test.describe('a few people', () => {
  test.use({ enrolled: { Ada: 2, Bea: 1 } });

  test('another encoder is used once its plan is agreed to, and the way back is open', async ({
    app,
    folder,
    server,
  }) => {
    await enrollCleoWithoutAPhoto(server, folder);
    const models = new Models(app);
    await models.open();
    await models.consider(other);
    const stay = models.people(/^2 people stay known$/u);
    await expect(stay).toContainText([/Ada.*2 of 2 photos/u, /Bea.*1 of 1 photo/u], SLOW);
    const again = models.people(/^1 person must be enrolled again$/u);
    await expect(again).toContainText(/Cleo.*the original is not where it was/u);

    await models.press('Keep the current one', models.change);
    await expect(models.change).toBeHidden();
    expect(await encoderInUse(server)).toBe('encoder-likeness');

    await models.consider(other);
    await expect(stay).toHaveCount(2, SLOW);
    await models.press('Change the encoder', models.change);
    await expect(models.change.getByText(/3 photos read again/u)).toBeVisible(SLOW);
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
    await models.press('Keep the current one', models.change);
    expect(await encoderInUse(server)).toBe('encoder-likeness');
  });
});

/** Has the window fetch from another place than the catalog says: nothing here reaches the internet. */
async function fetchFrom({ page }: Window, url: string): Promise<void> {
  await page.routeWebSocket(/\/socket$/u, (window) => {
    const shell = window.connectToServer();
    window.onMessage((message) => {
      const said = decode(message as Buffer) as ToShell;
      if (said.kind !== 'request' || said.command !== 'models.fetch') shell.send(message);
      else
        shell.send(
          Buffer.from(encode({ ...said, input: { ...(said.input as object), from: url } })),
        );
    });
  });
  await page.reload();
}

const offerOf = ({ page }: Window) =>
  page.getByRole('region', { name: 'A better encoder is available' });

test.describe('the recommended encoder', () => {
  test.use({ enrolled: { Ada: 2, Bea: 1 } });

  test('is offered with what it would change, and a failure says what to do', async ({
    app,
    server,
  }) => {
    await using refusing = await serve((_, response) => response.writeHead(503).end());
    await fetchFrom(app, `${refusing.url}/mobilefacenet.onnx`);
    await app.goTo('Calibrate');
    const offer = offerOf(app);
    await expect(offer).toContainText(
      /With 100 people enrolled, it misses about 3 in 100 of them instead of 8/u,
      SLOW,
    );
    await expect(offer).toContainText(/4 MB are fetched once/u);
    await app.hand.press(app.button('Get it and switch', offer));
    await expect(offer.getByRole('alert')).toContainText(
      /could not be fetched\..*Check the connection and try again/u,
      SLOW,
    );
    await expect(app.button('Try again', offer)).toBeEnabled();
    expect(await encoderInUse(server)).toBe('encoder-likeness');
    await app.hand.press(app.button('Not now', offer));
    await expect(offer).toHaveCount(0);
  });

  const file = path.join(
    process.env['LIKENESS_DATA'] ?? path.resolve(root, '../shared/data'),
    'models/mobilefacenet.onnx',
  );

  test('is fetched and in use after one click, and the way back is open', async ({
    app,
    server,
  }) => {
    test.skip(!existsSync(file), `SKIPPED: ${file} is not here, so nothing can be fetched.`);
    await using mirror = await serve(rangeHandler(await readFile(file)));
    await fetchFrom(app, `${mirror.url}/mobilefacenet.onnx`);
    await app.goTo('Calibrate');
    await app.hand.press(app.button('Get it and switch', offerOf(app)));
    const models = new Models(app);
    await expect(models.change.getByText(/3 photos read again/u)).toBeVisible(SLOW);
    expect(await encoderInUse(server)).toBe('mobilefacenet');
    await expect(offerOf(app)).toHaveCount(0);
    await models.press('Undo …', models.change);
    await models.press('Bring it back', models.undo);
    await expect(app.messages.getByText(/of Likeness.* is in use again$/u)).toBeVisible(SLOW);
    expect(await encoderInUse(server)).toBe('encoder-likeness');
    // Offered again: it is here already.
    await expect(app.button('Switch to it', offerOf(app))).toBeVisible(SLOW);
  });
});
