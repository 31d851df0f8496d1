import { Live } from '../pages/live.ts';
import { scenes } from '../support/camera.ts';
import { modelHosts } from '../support/hosts.ts';
import { expect, test } from '../support/test.ts';

test.use({ scene: scenes.ada, enrolled: { Ada: 2 } });

test('a model host that is killed is told of, and recognition goes on', async ({ app, server }) => {
  const live = new Live(app);
  await app.goTo('Live');
  await live.expectRecognised('Ada');

  const [host] = modelHosts(server.child.pid!);
  const told = expect(
    app.page.getByText(/^Recognition stopped unexpectedly/u).first(),
  ).toBeVisible();
  process.kill(host!.pid, 'SIGKILL');
  await told;

  await expect(app.page.getByText(/^Recognition stopped unexpectedly/u)).toHaveCount(0, {
    timeout: 90_000,
  });
  await live.expectRecognised('Ada');
  expect(modelHosts(server.child.pid!).map(({ pid }) => pid)).not.toContain(host!.pid);
});
