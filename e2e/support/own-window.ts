import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { openBrowser } from '../../app/shells/server/browser.ts';
import { findChromium } from './chromium.ts';

/** A browser that is started as `likeness serve --open` does it. */
export interface OwnWindow {
  /** What an expression gives in its page, as text; empty while there is none. */
  readonly evaluate: (expression: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

type Opener = (newLink: () => string, profile: string, folder: string) => Promise<OwnWindow>;

/** Browsers of this machine, by name; null where one is not installed. */
export const browsers: Readonly<Record<string, Opener | null>> = {
  Chromium: findChromium() === undefined ? null : openChromium,
  Firefox: findFirefox() === undefined ? null : openFirefox,
};

function findFirefox(): string | undefined {
  return ['firefox', 'firefox-esr']
    .flatMap((name) => (process.env['PATH'] ?? '').split(':').map((at) => path.join(at, name)))
    .find((file) => existsSync(file));
}

/** Stands in for the browser, and adds to its words. */
function stand(folder: string, line: string): string {
  const file = path.join(folder, 'browser.sh');
  writeFileSync(file, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return file;
}

async function openChromium(
  newLink: () => string,
  profile: string,
  folder: string,
): Promise<OwnWindow> {
  const browser = stand(
    folder,
    `exec "${findChromium()!}" --headless=new --remote-debugging-port=0 "$@"`,
  );
  const ending = new AbortController();
  const ended = openBrowser({ browser, newLink, profile, kiosk: false }, ending.signal);
  const port = await found(path.join(profile, 'DevToolsActivePort'), /^\d+/u);
  const remote = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  return {
    evaluate: async (expression) => {
      const page = remote.contexts()[0]?.pages()[0];
      // A page that is being exchanged for another answers with a failure.
      return page?.evaluate(expression).then(String, () => '') ?? '';
    },
    close: async () => {
      const session = await remote.newBrowserCDPSession();
      await session.send('Browser.close').catch(() => undefined);
      await ended;
    },
  };
}

/** Firefox knows no window of one page: it is given the file that `--app` names. */
async function openFirefox(
  newLink: () => string,
  profile: string,
  folder: string,
): Promise<OwnWindow> {
  const log = path.join(folder, 'firefox.log');
  const words = `--headless --no-remote --remote-debugging-port 0 --profile "${profile}"`;
  const browser = stand(
    folder,
    `for word; do case "$word" in --app=*) page="\${word#--app=}";; esac; done
exec "${findFirefox()!}" ${words} "$page" >"${log}" 2>&1`,
  );
  const ending = new AbortController();
  const ended = openBrowser({ browser, newLink, profile, kiosk: false }, ending.signal);
  const remote = await bidi(await found(log, /ws:\/\/127\.0\.0\.1:\d+/u));
  await remote('session.new', { capabilities: {} });
  return {
    evaluate: async (text) => {
      const { contexts } = (await remote('browsingContext.getTree', {})) as Tree;
      const target = { context: contexts[0]?.context };
      const asked = { expression: `String(${text})`, target, awaitPromise: false };
      return ((await remote('script.evaluate', asked)) as Evaluated).result?.value ?? '';
    },
    close: async () => {
      await remote('browser.close', {});
      await ended;
    },
  };
}

interface Tree {
  readonly contexts: readonly { readonly context: string }[];
}
interface Evaluated {
  readonly result?: { readonly value?: string };
}
type Remote = (method: string, params: object) => Promise<unknown>;

/** A conversation by WebDriver BiDi; a command that fails is answered with an empty object. */
async function bidi(origin: string): Promise<Remote> {
  const socket = new WebSocket(`${origin}/session`);
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const { id, result = {} } = JSON.parse(data) as { id?: number; result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => {
      reject(new Error(`${origin} does not answer.`));
    });
  });
  let last = 0;
  return (method, params) =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
}

/** What a file says of itself, once it does. */
async function found(file: string, wanted: RegExp): Promise<string> {
  for (;;) {
    const [text] = (existsSync(file) ? wanted.exec(readFileSync(file, 'utf8')) : null) ?? [];
    if (text !== undefined) return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
