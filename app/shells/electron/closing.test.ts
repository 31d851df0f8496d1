import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Bench } from './testing/bench.ts';

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});

describe('the end', () => {
  test('comes after the services have ended', async () => {
    const { disposed } = await bench.start();
    bench.electron.app.emit('window-all-closed');
    await vi.waitFor(() => expect(bench.electron.app.ended).toBe(true));
    expect(disposed()).toBe(1);
  });

  test('asks once where work would be lost', async () => {
    const { window } = await bench.start({
      'enrollment.importFolder': () => new Promise(() => undefined),
    });
    const { bridge } = bench.pageOf(window);
    const input = { root: '/photos' };
    bridge.send({ kind: 'request', id: 1, command: 'enrollment.importFolder', input });
    bench.electron.choice = 1;
    expect(window.close()).toBe(false);
    bench.electron.choice = 0;
    expect(window.close()).toBe(true);
    expect(bench.electron.questions.length).toBe(2);
  });
});
