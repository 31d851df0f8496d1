import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Bench } from './testing/bench.ts';

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});

describe('permissions', () => {
  const asked = async (permission: string, details: object): Promise<boolean> => {
    await bench.start();
    let granted = false;
    bench.electron.session.defaultSession.request(
      ...([{}, permission, (yes: boolean) => (granted = yes), details] as never[]),
    );
    return granted;
  };
  const own = { requestingUrl: 'app://likeness/', isMainFrame: true };

  test('the camera is for our own page', async () => {
    expect(await asked('media', { ...own, mediaTypes: ['video'] })).toBe(true);
  });

  test('our own page may tell that long work is done', async () => {
    expect(await asked('notifications', own)).toBe(true);
  });

  test.each([
    ['notifications', { ...own, isMainFrame: false }],
    ['notifications', { ...own, requestingUrl: 'https://evil.example/' }],
    ['media', { ...own, mediaTypes: ['audio'] }],
    ['media', { ...own, mediaTypes: ['audio', 'video'] }],
    ['media', { ...own, mediaTypes: [] }],
    ['media', { ...own, mediaTypes: ['video'], isMainFrame: false }],
    ['media', { ...own, mediaTypes: ['video'], requestingUrl: 'https://evil.example/' }],
    ['media', { ...own, mediaTypes: ['video'], requestingUrl: 'app://likeness.evil.example/' }],
    ['geolocation', own],
    ['openExternal', own],
    ['clipboard-read', own],
    ['fullscreen', own],
    ['midi', own],
  ])('%s with %j is refused', async (permission, details) => {
    expect(await asked(permission, details)).toBe(false);
  });

  test('checks, devices and screens follow the same rule', async () => {
    await bench.start();
    const session = bench.electron.session.defaultSession;
    const check = (...given: unknown[]) => session.check(...(given as never[]));
    expect(check(null, 'media', 'app://likeness/', { mediaType: 'video' })).toBe(true);
    expect(check(null, 'media', 'app://likeness/', { mediaType: 'audio' })).toBe(false);
    expect(check(null, 'media', 'https://evil.example', { mediaType: 'video' })).toBe(false);
    expect(check(null, 'notifications', 'app://likeness', {})).toBe(true);
    expect(check(null, 'notifications', 'https://evil.example', {})).toBe(false);
    expect(check(null, 'usb', 'app://likeness', {})).toBe(false);
    expect(session.device()).toBe(false);
    const answer = vi.fn();
    session.display(...([{}, answer] as never[]));
    expect(answer).toHaveBeenCalledWith(null);
  });

  test('nothing is loaded from anywhere else', async () => {
    await bench.start();
    const cancelled = (url: string): boolean => {
      let cancel = false;
      const decide = (decision: { cancel: boolean }) => (cancel = decision.cancel);
      bench.electron.session.defaultSession.before(...([{ url }, decide] as never[]));
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
    expect(bench.electron.session.defaultSession.listenerCount('will-download')).toBe(1);
  });
});

describe('navigation', () => {
  test('leads nowhere else', async () => {
    const { webContents } = (await bench.start()).window;
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
    const { openHandler } = (await bench.start()).window.webContents;
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
    expect(bench.electron.opened).toEqual(['https://github.com/onnx/onnx']);
  });
});
