import { beforeEach, describe, expect, test } from 'vitest';
import { Settings } from '../../../contract/application.ts';
import { status } from '../wire/testing/fake-backend.ts';
import { Bench } from './testing/bench.ts';

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});

describe('the kiosk', () => {
  const locked = () => bench.start({}, ['--kiosk']);

  test('fills the screen, stays on top and awake, and shows the kiosk', async () => {
    const { window } = await locked();
    expect([window.kiosk, window.onTop, window.menuVisible]).toEqual([true, true, false]);
    expect(bench.electron.awake.size).toBe(1);
    expect(window.webContents.mainFrame.url).toBe('app://likeness/#/kiosk');
  });

  test('does not start without a PIN that ends it', async () => {
    const noPin = { 'system.status': () => status(false) };
    await expect(bench.start(noPin, ['--kiosk'])).rejects.toMatchObject({ code: 'pin_missing' });
    bench.again();
    const wanted = { settings: Settings.parse({ kiosk: { enabled: true } }) };
    const { window } = await bench.start({ ...noPin, 'settings.get': () => wanted });
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
    bench.electron.app.quit();
    expect([bench.electron.app.ended, disposed()]).toEqual([false, 0]);
    window.webContents.inspectorOpen = true;
    window.webContents.emit('devtools-opened');
    expect(window.webContents.inspectorOpen).toBe(false);
    window.kiosk = false;
    window.emit('leave-full-screen');
    expect(window.kiosk).toBe(true);
  });

  test('refuses what is not its own; the right PIN ends it', async () => {
    const { window } = await locked();
    const { bridge, next } = bench.pageOf(window);
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
    expect([window.kiosk, window.onTop, bench.electron.awake.size]).toEqual([false, false, 0]);
    expect(await ask(4, 'people.list', {})).toMatchObject({ ok: true });
    bridge.send({ kind: 'lock' });
    expect((await next('session')).kiosk).toBe(true);
    expect(window.kiosk).toBe(true);
  });
});
