import type { Electron, WebContents } from './electron-api.ts';
import { isOwn } from './permissions.ts';

/** Pages that a person may open in the browser: where models, licenses and this program live. */
const hosts: ReadonlySet<string> = new Set([
  'creativecommons.org',
  'github.com',
  'onnxruntime.ai',
  'opensource.org',
  'www.apache.org',
]);

/** https, one of the hosts above, without credentials or an odd port. */
export function isExternal(address: string): boolean {
  const url = URL.parse(address);
  return (
    url !== null &&
    url.protocol === 'https:' &&
    hosts.has(url.hostname) &&
    url.port === '' &&
    url.username === '' &&
    url.password === ''
  );
}

/** For every page of every window, also of one that should not exist. */
export function refuseNavigation({ app, shell }: Pick<Electron, 'app' | 'shell'>): void {
  app.on('web-contents-created', (_event, contents) => stay(contents, shell));
}

function stay(contents: WebContents, shell: Electron['shell']): void {
  contents.setWindowOpenHandler(({ url }) => {
    if (isExternal(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => {
    if (!isOwn(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwn(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
