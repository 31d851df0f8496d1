import { beforeEach, describe, expect, test } from 'vitest';
import type { ToShell } from '../../../contract/wire.ts';
import { channels } from './channels.ts';
import { Bench } from './testing/bench.ts';
import type { FrameDouble } from './testing/double.ts';

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});

describe('the conversation', () => {
  const list: ToShell = { kind: 'request', id: 1, command: 'people.list', input: {} };

  test('carries requests, progress, answers, cancels and events of the contract', async () => {
    const frame = new Uint8Array([1, 2, 3]);
    const { window, backend } = await bench.start({
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
    const { bridge, next } = bench.pageOf(window);
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
    const { window } = await bench.start();
    const { bridge, next } = bench.pageOf(window);
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

  test('sends nothing that would fill the memory, and says so to the page', async () => {
    const { window } = await bench.start();
    const { bridge, next } = bench.pageOf(window);
    await next('session');
    let sent = 0;
    bench.electron.ipcMain.on(channels.toShell, () => sent++);
    const nested = { value: {} };
    for (let i = 0, inner = nested; i < 1000; i++) inner = inner.value = { value: {} };
    const hostile: readonly (readonly [unknown, string])[] = [
      [Array(100_000).fill({}), 'message_too_large'],
      [new Array(1e9), 'message_too_large'],
      [new Map(Array.from({ length: 50_000 }, (_, i) => [i, i])), 'message_too_large'],
      ['x'.repeat(60 * 1024 * 1024), 'message_too_large'],
      [nested, 'message_malformed'],
    ];
    for (const [input, code] of hostile) {
      bridge.send({ ...list, input });
      expect((await next('refused')).error.code).toBe(code);
    }
    expect(sent).toBe(0);
    bridge.send(list);
    expect((await next('response')).result).toEqual({ ok: true, value: { people: [] } });
  });

  test('counts again where a page has broken out of its process', async () => {
    const { window } = await bench.start();
    const { next } = bench.pageOf(window);
    const input = Array(100_000).fill({});
    bench.electron.rendererOf(window).send(channels.toShell, { ...list, input });
    expect((await next('refused')).error.code).toBe('message_too_large');
  });

  test('is for the top frame of our own page alone', async () => {
    const { window, backend } = await bench.start();
    const { mainFrame } = window.webContents;
    const strangers: FrameDouble[] = [
      { url: 'https://evil.example/', parent: null },
      { url: 'app://likeness.evil.example/', parent: null },
      { url: 'app://likeness/', parent: mainFrame },
    ];
    for (const frame of strangers) bench.pageOf(window, frame).bridge.send(list);
    expect([backend.listeners, backend.calls.filter(({ name }) => name === 'people.list')]).toEqual(
      [0, []],
    );
  });

  test('ends with its page, and begins anew after a reload', async () => {
    const { window, backend } = await bench.start();
    bench.pageOf(window).bridge.send(list);
    const { bridge, next } = bench.pageOf(window);
    bridge.send(list);
    expect((await next('response')).id).toBe(1);
    expect(backend.listeners).toBe(1);
    window.close();
    expect(backend.listeners).toBe(0);
  });

  test('gives the page paths of dropped files and nothing of Electron', async () => {
    const { window } = await bench.start();
    const { bridge } = bench.pageOf(window);
    expect(Object.keys(bridge)).toEqual(['send', 'listen', 'pathOf']);
    expect(bridge.pathOf({ name: 'ada.jpg' })).toBe('/photos/ada.jpg');
    expect(bridge.pathOf({ name: 'pasted.png' })).toBeNull();
    expect(bridge.pathOf({})).toBeNull();
  });
});
