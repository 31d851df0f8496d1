import { openSite } from '../support/sites.ts';
import { expect, test } from '../support/test.ts';

/**
 * What a page of somebody else tries while Likeness runs and is open, in the same browser, with
 * its cookies. Each gives what it got hold of, or null. They run in that page.
 */
const attacks: Readonly<Record<string, (app: string) => Promise<string | null>>> = {
  'read the window': (app) =>
    fetch(`${app}/`, { credentials: 'include' }).then(
      (response) => response.text(),
      () => null,
    ),
  'read through the interface for programs': (app) =>
    fetch(`${app}/api/v1/people.list`, {
      method: 'POST',
      credentials: 'include',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }).then(
      (response) => response.text(),
      () => null,
    ),
  // Without a preflight; the answer is hidden, so that what it did is looked at afterwards.
  'write through the interface for programs': (app) =>
    fetch(`${app}/api/v1/people.delete`, {
      method: 'POST',
      mode: 'no-cors',
      credentials: 'include',
      headers: { 'content-type': 'text/plain' },
      body: '{"person":"Ada"}',
    }).then(
      () => null,
      () => null,
    ),
  'write by a form': (app) =>
    new Promise((resolve) => {
      const frame = Object.assign(document.createElement('iframe'), { name: 'answer' });
      document.body.append(frame);
      const form = document.createElement('form');
      const fields = { action: `${app}/api/v1/people.delete`, method: 'post', target: 'answer' };
      Object.assign(form, { ...fields, enctype: 'text/plain' });
      const input = { name: '{"person":"Ada","x":"', value: '"}' };
      form.append(Object.assign(document.createElement('input'), input));
      document.body.append(form);
      frame.onload = () => resolve(null);
      form.submit();
      setTimeout(() => resolve(null), 3_000);
    }),
  'talk over the WebSocket': (app) =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${app.replace('http', 'ws')}/socket`);
      socket.onopen = () => resolve('It was opened.');
      socket.onmessage = () => resolve('It answered.');
      socket.onerror = () => resolve(null);
    }),
  'show it in a frame': (app) =>
    new Promise((resolve) => {
      const frame = Object.assign(document.createElement('iframe'), { src: `${app}/` });
      frame.onload = () => {
        try {
          resolve(frame.contentDocument?.body.textContent ?? null);
        } catch {
          resolve(null);
        }
      };
      document.body.append(frame);
    }),
  'read it as a script': (app) =>
    new Promise((resolve) => {
      const script = Object.assign(document.createElement('script'), {
        src: `${app}/api/v1/people.list`,
      });
      script.onload = () => resolve('It was taken for a script.');
      script.onerror = () => resolve(null);
      document.head.append(script);
    }),
  'read a picture of it': (app) =>
    new Promise((resolve) => {
      const image = Object.assign(document.createElement('img'), { src: `${app}/icon.svg` });
      image.onload = () => resolve('It was shown.');
      image.onerror = () => resolve(null);
    }),
  'reach into its window': (app) =>
    new Promise((resolve) => {
      const opened = window.open(`${app}/`, 'app');
      setTimeout(() => {
        try {
          resolve(opened?.document.body.textContent ?? null);
        } catch {
          resolve(null);
        }
      }, 2_000);
    }),
};

test.use({ enrolled: { Ada: 1 } });

for (const host of ['127.0.0.1', 'localhost'])
  test(`a page of another site on ${host} can read and write nothing`, async ({
    app,
    server,
    visitor,
  }) => {
    await using site = await openSite();
    const page = await visitor.newPage();
    await page.goto(`http://${host}:${site.port}/`);
    const victim = new URL(server.link).origin;
    for (const [name, attack] of Object.entries(attacks))
      await test.step(name, async () => {
        const loot = await page.evaluate(attack, victim);
        // Refusals may be read; they hold nothing.
        if (loot !== null) expect(loot).toMatch(/"code":"(origin_refused|not_authorized)"/u);
      });
    await page.close();
    await app.expectAlive();
    expect(await server.likeness('people', 'list')).toMatchObject({ people: [{ name: 'Ada' }] });
  });

test('a stranger to this start gets nothing', async ({ server, tab }) => {
  const { origin } = new URL(server.link);
  await tab.goto(origin);
  await expect(tab.getByRole('heading', { name: 'Open Likeness through a link' })).toBeVisible();
  await tab.goto(`${origin}/open#${'0'.repeat(43)}`);
  await expect(tab.getByRole('heading', { name: 'This link has expired' })).toBeVisible();
  await tab.goto(`${origin}/index.html`);
  await expect(tab.getByRole('heading', { name: 'Open Likeness through a link' })).toBeVisible();
});

test('a server on another port is sent nothing that opens Likeness', async ({
  app,
  server,
  visitor,
}) => {
  await app.expectAlive();
  await using spy = await openSite();
  const page = await visitor.newPage();
  await page.goto(`${spy.origin}/`);
  const { origin } = new URL(server.link);
  // The spy is no page: it may forge every header, also the Origin of ours.
  const stolen = spy.headers.map(({ cookie = '' }) => ({ cookie, origin }));
  expect(stolen.length).toBeGreaterThan(0);
  for (const headers of stolen) {
    expect(headers.cookie).toBe('');
    expect(await opensSocket(origin, headers)).toBe(false);
  }
});

/** Whether the socket opens for these headers. */
function opensSocket(origin: string, headers: Readonly<Record<string, string>>): Promise<boolean> {
  const HeadedWebSocket = WebSocket as unknown as new (url: string, options: object) => WebSocket;
  const socket = new HeadedWebSocket(`${origin.replace('http', 'ws')}/socket`, { headers });
  return new Promise((resolve) => {
    socket.addEventListener('open', () => {
      resolve(true);
    });
    socket.addEventListener('error', () => {
      resolve(false);
    });
  });
}
