import path from 'node:path';
import { _electron } from '@playwright/test';
import type { Bridge } from '../../../contract/wire.ts';
import { root } from '../server.ts';
import type { Shell } from './shell.ts';

type Page = typeof globalThis & {
  readonly likeness: Bridge;
  readonly heard: (message: unknown) => void;
};

/** The built main and preload in Electron itself. */
export async function startElectron(
  executablePath: string,
  env: NodeJS.ProcessEnv,
): Promise<Shell> {
  const asRoot = process.getuid?.() === 0;
  const application = await _electron.launch({
    executablePath,
    args: [...(asRoot ? ['--no-sandbox'] : []), path.join(root, 'dist', 'main.js')],
    env: env as Record<string, string>,
  });
  const child = application.process();
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const page = await application.firstWindow();
  await page.waitForLoadState();
  return {
    pid: child.pid!,
    send: (message) =>
      page.evaluate((what) => (globalThis as Page).likeness.send(what as never), message),
    listen: async (hear) => {
      await page.exposeFunction('heard', hear);
      await page.evaluate(() =>
        (globalThis as Page).likeness.listen((message) => (globalThis as Page).heard(message)),
      );
    },
    get: (url) =>
      page.evaluate(async (where) => {
        const answer = await fetch(where);
        return { status: answer.status, text: await answer.text() };
      }, url),
    visit: async (url) => {
      await page.evaluate((where) => {
        window.open(where);
        location.href = where;
      }, url);
      // Whatever would lead away does so at once.
      await page.waitForTimeout(1_000);
      return { url: page.url(), windows: application.windows().length };
    },
    preferences: async () =>
      application.evaluate(({ BrowserWindow }) =>
        // Documented for the versions in use, and missing in the types.
        (
          BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
            getLastWebPreferences: () => Record<string, unknown>;
          }
        ).getLastWebPreferences(),
      ),
    close: async () => {
      await application
        .evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close())
        .catch(() => undefined);
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
