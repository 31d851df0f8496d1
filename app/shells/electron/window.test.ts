import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Bench } from './testing/bench.ts';

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});

describe('the window', () => {
  test('is isolated, sandboxed and without Node', async () => {
    const { window } = await bench.start();
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
    expect(bench.electron.app.sandboxed).toBe(true);
  });

  test('shows our own page, as a secure origin', async () => {
    const { window } = await bench.start();
    expect(window.webContents.mainFrame.url).toMatch(/^app:\/\/likeness\//u);
    expect(bench.electron.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    window.emit('ready-to-show');
    expect(window.shown).toBe(true);
  });

  test('opens where it was closed, and anew where that is gone or damaged', async () => {
    const { window } = await bench.start();
    window.bounds = { x: 300, y: 200, width: 900, height: 700 };
    window.close();
    const place = path.join(bench.folder, 'window', 'place.json');
    expect(JSON.parse(readFileSync(place, 'utf8'))).toMatchObject({ bounds: window.bounds });
    bench.again();
    expect((await bench.start()).window.options).toMatchObject(window.bounds);
    for (const damaged of ['{', '{"bounds":{"x":9000,"y":0,"width":900,"height":700}}']) {
      writeFileSync(place, damaged);
      bench.again();
      expect((await bench.start()).window.options).toMatchObject({ width: 1280, height: 800 });
    }
  });

  test('comes back after its page has died, but not for ever', async () => {
    const { window } = await bench.start();
    for (let i = 0; i < 9; i++)
      window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(window.webContents.reloads).toBe(5);
  });

  test('a second start shows the first window', async () => {
    const { window } = await bench.start();
    const focused = vi.fn();
    window.on('focused', focused);
    bench.electron.app.emit('second-instance');
    expect(focused).toHaveBeenCalledOnce();
    bench.again();
    bench.electron.app.isFirst = false;
    await bench.start();
    expect([bench.electron.windows.length, bench.electron.app.quits]).toEqual([0, 1]);
  });
});

describe('pages', () => {
  const get = async (url: string, method = 'GET') => {
    await bench.start();
    return bench.electron.handlers.get('app')!(new Request(url, { method }));
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
