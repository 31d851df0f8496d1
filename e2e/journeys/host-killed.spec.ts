import type { Window } from '../pages/window.ts';
import { Live } from '../pages/live.ts';
import { Studio } from '../pages/studio.ts';
import { scenes } from '../support/camera.ts';
import { connect } from '../support/client.ts';
import { modelHosts } from '../support/hosts.ts';
import { slowness } from '../support/patience.ts';
import { paintingPictures } from '../support/photos.ts';
import type { Server } from '../support/server.ts';
import { expect, test } from '../support/test.ts';

test.use({ scene: scenes.ada, enrolled: { Ada: 2 } });

/** From the death of a model host until names are back, on a machine that does nothing else. */
const MOST_MS = 5_000;

/** Milliseconds from the kill until a new host has named the face. */
async function killHost(app: Window, { child, link }: Server): Promise<number> {
  const live = new Live(app);
  const told = app.page.getByText(/^Recognition stopped unexpectedly/u).first();
  using client = await connect(link);
  const recognition = async () => (await client.call('system.status', {})).hosts.recognition;
  const [host] = modelHosts(child.pid!);
  const killedAt = performance.now();
  process.kill(host!.pid, 'SIGKILL');
  const isTold = expect(told).toBeVisible();
  const isNew = async () => {
    const state = await recognition();
    return state.kind === 'ready' && state.pid !== host!.pid;
  };
  await expect.poll(isNew, { intervals: [50], timeout: 90_000 }).toBe(true);
  await live.expectRecognized('Ada');
  const milliseconds = performance.now() - killedAt;
  await isTold;
  // What is said goes by itself; the name was no leftover of the host that died.
  await expect(told).toBeHidden({ timeout: 30_000 });
  await live.expectRecognized('Ada');
  return milliseconds;
}

test('a model host that is killed is told of, and names are back within five seconds', async ({
  app,
  server,
}) => {
  // Before the camera plays: what the live view itself takes is no excuse.
  const most = MOST_MS * slowness();
  await app.goTo('Live');
  await new Live(app).expectRecognized('Ada');
  for (const time of ['once', 'twice']) {
    const milliseconds = await killHost(app, server);
    const description = `${Math.round(milliseconds)} ms, of at most ${Math.round(most)} here`;
    test.info().annotations.push({ type: time, description });
    console.log(`Killed ${time}: names back after ${description}.`);
    expect(milliseconds, `killed ${time}`).toBeLessThan(most);
  }
});

test('that painting stopped is only said where something was painted', async ({
  app,
  folder,
  server,
}) => {
  const { content, style } = await paintingPictures(folder);
  const studio = new Studio(app);
  const said = app.page.getByText(/^Painting stopped unexpectedly/u).first();
  await app.goTo('Studio');
  // The same process works out what a painting takes.
  await studio.prepare(content, style, 400);
  await killStudio(server);
  // What is said is said at once; a moment for it to arrive.
  await app.page.waitForTimeout(2_000);
  await expect(said).toBeHidden();

  await studio.start();
  await expect(app.page.getByRole('img', { name: 'The painting so far' })).toBeVisible({
    timeout: 90_000,
  });
  const told = expect(said).toBeVisible();
  await killStudio(server);
  await told;
});

async function killStudio({ link, child }: Server): Promise<void> {
  using client = await connect(link);
  const { studio } = (await client.call('system.status', {})).hosts;
  if (studio.kind !== 'ready') throw new Error(`The studio is ${studio.kind}.`);
  process.kill(studio.pid, 'SIGKILL');
  await expect.poll(() => modelHosts(child.pid!).map(({ pid }) => pid)).not.toContain(studio.pid);
}
