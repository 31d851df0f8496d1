import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Settings } from '../../contract/window-values.ts';
import type { Bridge, ToShell, ToWindow } from '../../contract/wire.ts';
import { fakeBackend, status, type FakeBackend, type Fakes } from '../wire/testing/fake-backend.ts';
import { startApplication } from './application.ts';
import { createBridge } from './bridge.ts';
import { ElectronDouble, webUtils, type FrameDouble, type WindowDouble } from './testing/double.ts';

let electron: ElectronDouble;
let folder: string;

beforeEach(() => {
  electron = new ElectronDouble();
  folder = mkdtempSync(path.join(tmpdir(), 'likeness-electron-'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Likeness</title>');
  writeFileSync(path.join(folder, '.hidden'), 'no');
});

afterEach(() => vi.restoreAllMocks());

interface Started {
  readonly window: WindowDouble;
  readonly backend: FakeBackend;
  readonly disposed: () => number;
}

async function started(fakes: Fakes = {}, argv: readonly string[] = []): Promise<Started> {
  const backend = fakeBackend(fakes);
  let disposed = 0;
  await startApplication(electron.asElectron, {
    arguments: argv,
    platform: 'linux',
    dataDir: folder,
    pages: folder,
    preload: '/app/preload.cjs',
    icon: '/app/icon.png',
    openBackend: () => ({
      ...backend,
      [Symbol.asyncDispose]: () => {
        disposed++;
        return Promise.resolve();
      },
    }),
  });
  return { window: electron.windows[0]!, backend, disposed: () => disposed };
}

/** A page behind the real preload. */
function pageOf(window: WindowDouble, frame?: FrameDouble) {
  const heard: ToWindow[] = [];
  const bridge: Bridge = createBridge(electron.rendererOf(window, frame), webUtils);
  bridge.listen((message) => heard.push(message));
  const next = <K extends ToWindow['kind']>(kind: K) =>
    vi.waitFor(() => {
      const index = heard.findIndex((message) => message.kind === kind);
      expect(index).toBeGreaterThanOrEqual(0);
      return heard.splice(index, 1)[0] as Extract<ToWindow, { kind: K }>;
    });
  return { bridge, heard, next };
}

describe('the window', () => {
  test('is isolated, sandboxed and without Node', async () => {
    const { window } = await started();
    expect(window.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      devTools: false,
    });
    expect(window.options.webPreferences).not.toHaveProperty('enableBlinkFeatures');
    expect(electron.app.sandboxed).toBe(true);
  });

  test('shows our own page, as a secure origin', async () => {
    const { window } = await started();
    expect(window.webContents.mainFrame.url).toMatch(/^app:\/\/likeness\//u);
    expect(electron.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    window.emit('ready-to-show');
    expect(window.shown).toBe(true);
  });

  test('opens where it was closed, and anew where that is gone or damaged', async () => {
    const { window } = await started();
    window.bounds = { x: 300, y: 200, width: 900, height: 700 };
    window.close();
    const place = path.join(folder, 'window', 'place.json');
    expect(JSON.parse(readFileSync(place, 'utf8'))).toMatchObject({ bounds: window.bounds });
    electron = new ElectronDouble();
    expect((await started()).window.options).toMatchObject(window.bounds);
    for (const damaged of ['{', '{"bounds":{"x":9000,"y":0,"width":900,"height":700}}']) {
      writeFileSync(place, damaged);
      electron = new ElectronDouble();
      expect((await started()).window.options).toMatchObject({ width: 1280, height: 800 });
    }
  });

  test('comes back after its page has died, but not for ever', async () => {
    const { window } = await started();
    for (let i = 0; i < 9; i++)
      window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(window.webContents.reloads).toBe(5);
  });

  test('a second start shows the first window', async () => {
    const { window } = await started();
    const focused = vi.fn();
    window.on('focused', focused);
    electron.app.emit('second-instance');
    expect(focused).toHaveBeenCalledOnce();
    electron = new ElectronDouble();
    electron.app.isFirst = false;
    await started();
    expect([electron.windows.length, electron.app.quits]).toEqual([0, 1]);
  });
});

describe('pages', () => {
  const get = async (url: string, method = 'GET') => {
    await started();
    return electron.handlers.get('app')!(new Request(url, { method }));
  };

  test('come with the content policy', async () => {
    const answer = await get('app://likeness/');
    expect(await answer.text()).toContain('<title>Likeness');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toMatch(/https?:|\*/u);
  });

  test.each([
    'app://likeness/.hidden',
    'app://likeness/%2e%2e/%2e%2e/etc/passwd',
    'app://likeness/..%2f..%2fetc%2fpasswd',
    'app://likeness/%00',
    'app://likeness/%E0%A4%A',
    'app://other/index.html',
    'app://likeness/missing.js',
  ])('%s is not found', async (url) => {
    const answer = await get(url);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('take nothing', async () => {
    expect((await get('app://likeness/', 'POST')).status).toBe(404);
  });
});

describe('permissions', () => {
  const asked = async (permission: string, details: object): Promise<boolean> => {
    await started();
    let granted = false;
    electron.session.defaultSession.request(
      ...([{}, permission, (yes: boolean) => (granted = yes), details] as never[]),
    );
    return granted;
  };
  const own = { requestingUrl: 'app://likeness/', isMainFrame: true };

  test('the camera is for our own page', async () => {
    expect(await asked('media', { ...own, mediaTypes: ['video'] })).toBe(true);
  });

  test.each([
    ['media', { ...own, mediaTypes: ['audio'] }],
    ['media', { ...own, mediaTypes: ['audio', 'video'] }],
    ['media', { ...own, mediaTypes: [] }],
    ['media', { ...own, mediaTypes: ['video'], isMainFrame: false }],
    ['media', { ...own, mediaTypes: ['video'], requestingUrl: 'https://evil.example/' }],
    ['media', { ...own, mediaTypes: ['video'], requestingUrl: 'app://likeness.evil.example/' }],
    ['geolocation', own],
    ['notifications', own],
    ['openExternal', own],
    ['clipboard-read', own],
    ['fullscreen', own],
    ['midi', own],
  ])('%s with %j is refused', async (permission, details) => {
    expect(await asked(permission, details)).toBe(false);
  });

  test('checks, devices and screens follow the same rule', async () => {
    await started();
    const session = electron.session.defaultSession;
    const check = (...given: unknown[]) => session.check(...(given as never[]));
    expect(check(null, 'media', 'app://likeness/', { mediaType: 'video' })).toBe(true);
    expect(check(null, 'media', 'app://likeness/', { mediaType: 'audio' })).toBe(false);
    expect(check(null, 'media', 'https://evil.example', { mediaType: 'video' })).toBe(false);
    expect(check(null, 'usb', 'app://likeness', {})).toBe(false);
    expect(session.device()).toBe(false);
    const answer = vi.fn();
    session.display(...([{}, answer] as never[]));
    expect(answer).toHaveBeenCalledWith(null);
  });

  test('nothing is loaded from anywhere else', async () => {
    await started();
    const cancelled = (url: string): boolean => {
      let cancel = false;
      const decide = (decision: { cancel: boolean }) => (cancel = decision.cancel);
      electron.session.defaultSession.before(...([{ url }, decide] as never[]));
      return cancel;
    };
    expect(cancelled('app://likeness/app.js')).toBe(false);
    expect(cancelled('blob:app://likeness/1')).toBe(false);
    for (const url of [
      'https://example.com/',
      'http://127.0.0.1/',
      'ws://x/',
      'file:///etc/passwd',
    ])
      expect(cancelled(url)).toBe(true);
    expect(electron.session.defaultSession.listenerCount('will-download')).toBe(1);
  });
});

describe('navigation', () => {
  test('leads nowhere else', async () => {
    const { webContents } = (await started()).window;
    const away = { url: 'https://evil.example/', isMainFrame: true };
    expect(webContents.refuses('will-navigate', away)).toBe(true);
    expect(webContents.refuses('will-navigate', { url: 'file:///etc/passwd' })).toBe(true);
    expect(webContents.refuses('will-navigate', { url: 'app://likeness/#/people' })).toBe(false);
    expect(webContents.refuses('will-frame-navigate', away)).toBe(true);
    const inFrame = { url: 'app://likeness/', isMainFrame: false };
    expect(webContents.refuses('will-frame-navigate', inFrame)).toBe(true);
    expect(webContents.refuses('will-redirect', away)).toBe(true);
    expect(webContents.refuses('will-attach-webview')).toBe(true);
  });

  test('opens no window; listed links go to the browser', async () => {
    const { openHandler } = (await started()).window.webContents;
    const links = [
      'https://github.com/onnx/onnx',
      'http://github.com/',
      'https://evil.example/',
      'https://github.com.evil.example/',
      'https://user:password@github.com/',
      'https://github.com:8443/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://github.com/',
    ];
    for (const url of links) expect(openHandler({ url })).toEqual({ action: 'deny' });
    expect(electron.opened).toEqual(['https://github.com/onnx/onnx']);
  });
});

describe('the conversation', () => {
  const list: ToShell = { kind: 'request', id: 1, command: 'people.list', input: {} };

  test('carries requests, progress, answers, cancels and events of the contract', async () => {
    const frame = new Uint8Array([1, 2, 3]);
    const { window, backend } = await started({
      'live.look': (payload, { onProgress }) => {
        onProgress?.({ stage: 'Looking', done: 1 });
        expect(payload.frame).toEqual(frame);
        return { width: 1, height: 1, faces: [], provider: 'cpu', elapsedMs: 1 };
      },
      'live.end': (_payload, { signal }) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    });
    const { bridge, next } = pageOf(window);
    expect(await next('session')).toEqual({ kind: 'session', shell: 'electron', kiosk: false });
    bridge.send({ kind: 'request', id: 1, command: 'live.look', input: { stream: 'a', frame } });
    expect((await next('progress')).progress.stage).toBe('Looking');
    expect((await next('response')).result).toMatchObject({ ok: true });
    bridge.send({ kind: 'request', id: 2, command: 'live.end', input: { stream: 'a' } });
    bridge.send({ kind: 'cancel', id: 2 });
    expect((await next('response')).result).toMatchObject({ error: { code: 'cancelled' } });
    backend.emit('people.changed', {});
    expect(await next('event')).toEqual({ kind: 'event', name: 'people.changed', payload: {} });
  });

  test('refuses what does not fit, and goes on', async () => {
    const { window } = await started();
    const { bridge, next } = pageOf(window);
    const cyclic: { input?: unknown } = {};
    cyclic.input = cyclic;
    for (const odd of [null, 7, { kind: 'eval' }, { ...list, admin: true }, cyclic]) {
      bridge.send(odd as ToShell);
      expect((await next('refused')).error.code).toBe('message_malformed');
    }
    bridge.send({ ...list, input: { bytes: new Uint8Array(70 * 1024 * 1024) } });
    expect((await next('response')).result).toMatchObject({ error: { code: 'message_too_large' } });
    bridge.send({ ...list, id: 2, input: cyclic });
    expect((await next('response')).result).toMatchObject({ ok: true });
    bridge.send({ ...list, id: 2 });
    expect((await next('refused')).error.code).toBe('message_out_of_order');
    bridge.send({ ...list, id: 3 });
    expect((await next('response')).result).toEqual({ ok: true, value: { people: [] } });
  });

  test('is for the top frame of our own page alone', async () => {
    const { window, backend } = await started();
    const { mainFrame } = window.webContents;
    const strangers: FrameDouble[] = [
      { url: 'https://evil.example/', parent: null },
      { url: 'app://likeness.evil.example/', parent: null },
      { url: 'app://likeness/', parent: mainFrame },
    ];
    for (const frame of strangers) pageOf(window, frame).bridge.send(list);
    expect([backend.listeners, backend.calls.filter(({ name }) => name === 'people.list')]).toEqual(
      [0, []],
    );
  });

  test('ends with its page, and begins anew after a reload', async () => {
    const { window, backend } = await started();
    pageOf(window).bridge.send(list);
    const { bridge, next } = pageOf(window);
    bridge.send(list);
    expect((await next('response')).id).toBe(1);
    expect(backend.listeners).toBe(1);
    window.close();
    expect(backend.listeners).toBe(0);
  });

  test('gives the page paths of dropped files and nothing of Electron', async () => {
    const { window } = await started();
    const { bridge } = pageOf(window);
    expect(Object.keys(bridge)).toEqual(['send', 'listen', 'pathOf']);
    expect(bridge.pathOf({ name: 'ada.jpg' })).toBe('/photos/ada.jpg');
    expect(bridge.pathOf({ name: 'pasted.png' })).toBeNull();
    expect(bridge.pathOf({})).toBeNull();
  });
});

describe('the kiosk', () => {
  const locked = () => started({}, ['--kiosk']);

  test('fills the screen, stays on top and awake, and shows the kiosk', async () => {
    const { window } = await locked();
    expect([window.kiosk, window.onTop, window.menuVisible]).toEqual([true, true, false]);
    expect(electron.awake.size).toBe(1);
    expect(window.webContents.mainFrame.url).toBe('app://likeness/#/kiosk');
  });

  test('does not start without a PIN that ends it', async () => {
    const noPin = { 'system.status': () => status(false) };
    await expect(started(noPin, ['--kiosk'])).rejects.toMatchObject({ code: 'pin_missing' });
    electron = new ElectronDouble();
    const wanted = { settings: Settings.parse({ kiosk: { enabled: true } }) };
    const { window } = await started({ ...noPin, 'settings.get': () => wanted });
    expect(window.kiosk).toBe(false);
  });

  test.each([
    ['F4', { alt: true }],
    ['Tab', { alt: true }],
    ['w', { control: true }],
    ['q', { meta: true }],
    ['r', { control: true }],
    ['i', { control: true, shift: true }],
    ['l', { control: true }],
    ['n', { control: true }],
    ['t', { control: true }],
    ['p', { control: true }],
    ['ArrowLeft', { alt: true }],
    ['F5', {}],
    ['F11', {}],
    ['F12', {}],
    ['BrowserBack', {}],
    ['ContextMenu', {}],
    ['PrintScreen', {}],
  ])('is not left by %s %j', async (key, modifiers) => {
    const { window } = await locked();
    expect(window.webContents.refusesKey(key, modifiers)).toBe(true);
  });

  test('leaves the keys of the PIN', async () => {
    const { window } = await locked();
    for (const key of ['0', '9', 'Enter', 'Backspace', 'Tab'])
      expect(window.webContents.refusesKey(key)).toBe(false);
  });

  test('is not closed, quit, or inspected', async () => {
    const { window, disposed } = await locked();
    expect(window.close()).toBe(false);
    electron.app.quit();
    expect([electron.app.ended, disposed()]).toEqual([false, 0]);
    window.webContents.inspectorOpen = true;
    window.webContents.emit('devtools-opened');
    expect(window.webContents.inspectorOpen).toBe(false);
    window.kiosk = false;
    window.emit('leave-full-screen');
    expect(window.kiosk).toBe(true);
  });

  test('refuses what is not its own; the right PIN ends it', async () => {
    const { window } = await locked();
    const { bridge, next } = pageOf(window);
    expect((await next('session')).kiosk).toBe(true);
    const ask = async (id: number, command: string, input: unknown) => {
      bridge.send({ kind: 'request', id, command, input });
      return (await next('response')).result;
    };
    expect(await ask(1, 'people.list', {})).toMatchObject({ error: { code: 'kiosk_locked' } });
    expect(await ask(2, 'kiosk.unlock', { pin: '1111' })).toMatchObject({ ok: false });
    expect(window.kiosk).toBe(true);
    expect(await ask(3, 'kiosk.unlock', { pin: '2580' })).toMatchObject({ ok: true });
    expect((await next('session')).kiosk).toBe(false);
    expect([window.kiosk, window.onTop, electron.awake.size]).toEqual([false, false, 0]);
    expect(await ask(4, 'people.list', {})).toMatchObject({ ok: true });
    bridge.send({ kind: 'lock' });
    expect((await next('session')).kiosk).toBe(true);
    expect(window.kiosk).toBe(true);
  });
});

describe('the end', () => {
  test('comes after the services have ended', async () => {
    const { disposed } = await started();
    electron.app.emit('window-all-closed');
    await vi.waitFor(() => expect(electron.app.ended).toBe(true));
    expect(disposed()).toBe(1);
  });

  test('asks once where work would be lost', async () => {
    const { window } = await started({
      'enrolment.importFolder': () => new Promise(() => undefined),
    });
    const { bridge } = pageOf(window);
    const input = { root: '/photos' };
    bridge.send({ kind: 'request', id: 1, command: 'enrolment.importFolder', input });
    electron.choice = 1;
    expect(window.close()).toBe(false);
    electron.choice = 0;
    expect(window.close()).toBe(true);
    expect(electron.questions.length).toBe(2);
  });
});
