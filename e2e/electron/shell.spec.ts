import { existsSync } from 'node:fs';
import path from 'node:path';
import { Desktop, electronHere } from '../support/desktop/desktop.ts';
import { processTree } from '../support/hosts.ts';
import { ada, groupPhoto, portrait } from '../support/photos.ts';
import { expect, test as base } from '../support/test.ts';

interface Fixtures {
  /** The page of the window, on a data folder of its own: `folder`. */
  readonly desktop: Desktop;
}

const test = base.extend<Fixtures>({
  desktop: async ({ folder }, use) => {
    const desktop = await Desktop.open(folder);
    await use(desktop);
    await desktop.shell.kill();
  },
});

/** Processes of models, whether Electron or its double has started them. */
const hostsOf = (pid: number) =>
  processTree(pid).filter(({ command }) => /host\.js|node\.mojom\.NodeService/u.test(command));

/** How a model process is, where an event tells of that. */
const stateOf = (payload: unknown): string | undefined =>
  (payload as { readonly state?: { readonly kind: string } }).state?.kind;

test.describe(electronHere() === null ? "on Electron's double" : 'in Electron', () => {
  test('the contract is carried: somebody is enrolled and found, also after a crash', async ({
    desktop,
    folder,
  }) => {
    expect(await desktop.next('session')).toMatchObject({ shell: 'electron', kiosk: false });
    const images = [{ path: await portrait(folder, ada) }];
    const enrolled = await desktop.ask('enrollment.enroll', { name: 'Ada', images });
    expect(enrolled).toMatchObject({ ok: true, value: { enrolled: 1 } });
    await desktop.next('event', ({ name }) => name === 'people.changed');
    const find = () => desktop.ask('identification.identify', { image: { path: groupPhoto } });
    const ofAda = expect.objectContaining({ name: 'Ada' }) as unknown;
    const face = expect.objectContaining({
      decision: 'identified',
      matches: expect.arrayContaining([ofAda]),
    }) as unknown;
    const withAda = { ok: true, value: { faces: expect.arrayContaining([face]) as unknown } };
    expect(await find()).toMatchObject(withAda);

    for (const { pid } of hostsOf(desktop.shell.pid)) process.kill(pid, 'SIGKILL');
    await desktop.next('event', ({ payload }) => stateOf(payload) === 'crashed');
    expect(await find()).toMatchObject(withAda);
  });

  test('what is not of the contract is refused with a code, and the window lives on', async ({
    desktop,
  }) => {
    for (const odd of [null, 7, 'quit', { kind: 'eval', code: '1' }]) {
      await desktop.shell.send(odd);
      expect((await desktop.next('refused')).error.code).toBe('message_malformed');
    }
    const unknown = await desktop.ask('constructor' as 'people.list', {});
    expect(unknown).toMatchObject({ ok: false, error: { code: 'command_unknown' } });
    const misfit = await desktop.ask('people.show', { person: {} } as never);
    expect(misfit).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    await desktop.shell.send({ kind: 'request', id: 1, command: 'people.list', input: {} });
    expect((await desktop.next('refused')).error.code).toBe('message_out_of_order');
    expect(await desktop.ask('people.list', {})).toEqual({ ok: true, value: { people: [] } });
  });

  test('the page is isolated, comes from us, and leads nowhere else', async ({ desktop }) => {
    const { shell } = desktop;
    expect(await shell.preferences()).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
    });
    const page = await shell.get('app://likeness/');
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('<title>Likeness') });
    expect((await shell.get('app://likeness/missing.js')).status).toBe(404);
    const { url, windows } = await shell.visit('https://example.org/');
    expect([new URL(url).protocol, windows]).toEqual(['app:', 1]);
    expect(await desktop.ask('people.list', {})).toMatchObject({ ok: true });
  });

  test('closing the window ends it, its models, and leaves its place behind', async ({
    desktop,
    folder,
  }) => {
    await desktop.ask('faces.detect', { image: { path: groupPhoto } });
    const hosts = hostsOf(desktop.shell.pid).map(({ pid }) => pid);
    expect(hosts.length).toBeGreaterThan(0);
    expect(await desktop.shell.close()).toBe(0);
    await expect.poll(() => hosts.filter(isRunning)).toEqual([]);
    expect(existsSync(path.join(folder, 'window', 'place.json'))).toBe(true);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
