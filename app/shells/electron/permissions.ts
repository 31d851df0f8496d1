import { origin } from './channels.ts';
import type { Session, Electron, WebContents } from './electron-api.ts';

/**
 * Our own page may use the camera, and tell through the system of long work that is done; nothing
 * else of what a browser can grant.
 */
export function grantCameraAndNotices(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide, details) => {
    const { mediaTypes = [] } = details as { readonly mediaTypes?: readonly string[] };
    const video = mediaTypes.length > 0 && mediaTypes.every((type) => type === 'video');
    const wanted = permission === 'notifications' || (permission === 'media' && video);
    decide(wanted && details.isMainFrame && isOwn(details.requestingUrl));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin, { mediaType }) =>
      (permission === 'notifications' || (permission === 'media' && mediaType === 'video')) &&
      isOwn(requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
}

/** Nothing leaves the machine: what is not a page of ours is not even asked for. */
export function sealNetwork(session: Session): void {
  session.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !isHarmless(url) }));
  session.on('will-download', (event) => event.preventDefault());
}

/** Also while the inspector is open, which only a development build can be asked for. */
const isHarmless = (url: string): boolean => isOwn(url) || /^(?:data|blob|devtools):/u.test(url);

/** Whether an address or an origin belongs to our pages. */
export const isOwn = (url: string): boolean => url === origin || url.startsWith(`${origin}/`);

/** Pages that a person may open in the browser: where models, licenses and this program live. */
const hosts: ReadonlySet<string> = new Set([
  'creativecommons.org',
  'github.com',
  'onnxruntime.ai',
  'opensource.org',
  'www.apache.org',
]);

/** https, one of the hosts above, without credentials or an odd port. */
function isExternal(address: string): boolean {
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
