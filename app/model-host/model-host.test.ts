import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { HostConfiguration } from '../../contract/host.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { Progress } from '../../contract/values.ts';
import { forkLauncher } from './launcher.ts';
import { createModelHost, type ModelHostOptions } from './model-host.ts';
import { defaultPatience } from './connection.ts';
import type { ModelHost, RequestOptions } from './types.ts';

const double = fileURLToPath(new URL('./testing/double.mjs', import.meta.url));
const configuration: HostConfiguration = {
  role: 'recognition',
  builtInModels: '/models',
  userModels: '/data/models',
  provider: 'cpu',
};

interface Answer {
  readonly pid: number;
  readonly payload: { readonly configuration: HostConfiguration };
}

const hosts: ModelHost[] = [];

function hostOf(patience: ModelHostOptions['patience'] = {}): ModelHost {
  const host = createModelHost({ configuration, launch: forkLauncher(double), patience });
  hosts.push(host);
  return host;
}

/** The double reads what to do from the payload of `warmUp`. */
const ask = (host: ModelHost, act: string, options?: RequestOptions): Promise<Answer> =>
  host.request('warmUp', { act } as never, options) as unknown as Promise<Answer>;

async function errorOf(promise: Promise<unknown>): Promise<LikenessError> {
  const outcome = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(outcome).toBeInstanceOf(LikenessError);
  return outcome as LikenessError;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await sleep(25);
  expect(condition()).toBe(true);
}

afterEach(async () => {
  delete process.env['HOST_DOUBLE'];
  await Promise.all(hosts.splice(0).map((host) => host.dispose()));
});

describe('a model host', () => {
  test('starts at the first request, is configured first and serves all from one process', async () => {
    const host = hostOf();
    const [one, two] = await Promise.all([ask(host, 'answer'), ask(host, 'answer')]);
    expect(one.pid).toBe(two.pid);
    expect(one.pid).not.toBe(process.pid);
    expect(one.payload.configuration).toEqual(configuration);
  });

  test('passes progress and typed refusals on', async () => {
    const host = hostOf();
    const reports: Progress[] = [];
    await ask(host, 'progress', { onProgress: (progress) => reports.push(progress) });
    expect(reports).toEqual([{ stage: 'Working', done: 1, total: 2 }]);
    expect(await errorOf(ask(host, 'refuse'))).toMatchObject({
      code: 'no_face',
      message: 'No face.',
      details: { file: 'a.jpg' },
    });
  });

  test('fails everything in flight when it dies, and the very next request works', async () => {
    const host = hostOf();
    const { pid } = await ask(host, 'answer');
    const waiting = errorOf(ask(host, 'hang'));
    const error = await errorOf(ask(host, 'crash'));
    expect(error.code).toBe('host_crashed');
    expect(error.details).toMatchObject({ code: 7, stderr: ['something went very wrong'] });
    const next = await ask(host, 'answer');
    expect(next.pid).not.toBe(pid);
    expect((await waiting).code).toBe('host_crashed');
  });

  test('survives SIGKILL in the middle of a request', async () => {
    const host = hostOf();
    const { pid } = await ask(host, 'answer');
    const waiting = errorOf(ask(host, 'hang'));
    process.kill(pid, 'SIGKILL');
    expect(await waiting).toMatchObject({ code: 'host_crashed', details: { signal: 'SIGKILL' } });
    expect((await ask(host, 'answer')).pid).not.toBe(pid);
  });

  test('tells its listeners of every start before anybody else is served', async () => {
    const host = hostOf();
    const seen: string[] = [];
    host.onStart(async ({ generation, request }) => {
      await request('warmUp', {});
      seen.push(`start ${generation}`);
    });
    await ask(host, 'answer').then(() => seen.push('served'));
    await errorOf(ask(host, 'crash'));
    await ask(host, 'answer').then(() => seen.push('served'));
    expect(seen).toEqual(['start 1', 'served', 'start 2', 'served']);
  });

  test('cancels at once and lives on where the host lets go', async () => {
    const host = hostOf({ cancelMs: 60_000 });
    const { pid } = await ask(host, 'answer');
    const controller = new AbortController();
    const waiting = errorOf(ask(host, 'hang', { signal: controller.signal }));
    controller.abort();
    expect((await waiting).code).toBe('cancelled');
    expect((await ask(host, 'answer')).pid).toBe(pid);
  });

  test('never sends what was cancelled before', async () => {
    const host = hostOf();
    const error = await errorOf(ask(host, 'crash', { signal: AbortSignal.abort() }));
    expect(error.code).toBe('cancelled');
  });

  test('kills a host that works on after its time is over', async () => {
    const host = hostOf({ cancelMs: 100 });
    const { pid } = await ask(host, 'answer');
    const error = await errorOf(ask(host, 'block', { timeoutMs: 50 }));
    expect(error).toMatchObject({ code: 'host_timeout', details: { timeoutMs: 50 } });
    await until(() => !isRunning(pid));
    expect((await ask(host, 'answer')).pid).not.toBe(pid);
  });

  test.each(['gibberish', 'nothing', 'wild progress'])(
    'takes gibberish for a broken process (%s)',
    async (act) => {
      const host = hostOf();
      expect((await errorOf(ask(host, act))).code).toBe('host_crashed');
      await ask(host, 'answer');
    },
  );

  test('takes a failure without a proper error for a defect', async () => {
    const host = hostOf();
    expect((await errorOf(ask(host, 'malformed'))).code).toBe('internal');
  });

  test('passes over replies to requests that it never made', async () => {
    const host = hostOf();
    const { pid } = await ask(host, 'answer');
    expect((await ask(host, 'stray reply')).pid).toBe(pid);
  });

  test('gives a download all the time it takes', async () => {
    const host = hostOf({ requestMs: () => Infinity });
    await expect(ask(host, 'answer late')).resolves.toBeDefined();
    expect(defaultPatience.requestMs('fetchModel')).toBe(Infinity);
  });

  test.each(['die', 'mute'])(
    'says so where the process does not come up (%s)',
    async (behavior) => {
      process.env['HOST_DOUBLE'] = JSON.stringify({ behavior });
      const host = hostOf({ startMs: 300 });
      expect((await errorOf(ask(host, 'answer'))).code).toBe('host_start_failed');
      delete process.env['HOST_DOUBLE'];
      await expect(ask(hostOf(), 'answer')).resolves.toBeDefined();
    },
  );

  test('waits longer before each start that fails', async () => {
    process.env['HOST_DOUBLE'] = JSON.stringify({ behavior: 'die' });
    const host = hostOf();
    for (let i = 0; i < 3; i++) await errorOf(ask(host, 'answer'));
    const before = performance.now();
    await errorOf(ask(host, 'answer'));
    expect(performance.now() - before).toBeGreaterThan(395);
  });

  test('uses another configuration from the next request on', async () => {
    const host = hostOf();
    const { pid } = await ask(host, 'answer');
    await host.reconfigure({ ...configuration, encoder: 'mine' });
    const next = await ask(host, 'answer');
    expect(next.pid).not.toBe(pid);
    expect(next.payload.configuration.encoder).toBe('mine');
  });

  test('lets what is in flight finish in the process that is being replaced', async () => {
    const host = hostOf();
    const { pid } = await ask(host, 'answer');
    const inFlight = ask(host, 'answer late');
    await host.reconfigure({ ...configuration, encoder: 'mine' });
    const next = await ask(host, 'answer');
    expect((await inFlight).pid).toBe(pid);
    expect(next.pid).not.toBe(pid);
    await until(() => !isRunning(pid));
  });

  test('stops waiting for a process that never comes up when it is disposed of', async () => {
    process.env['HOST_DOUBLE'] = JSON.stringify({ behavior: 'mute' });
    const host = hostOf({ startMs: 60_000, shutdownMs: 50 });
    const waiting = errorOf(ask(host, 'answer'));
    await sleep(100);
    await host.dispose();
    expect((await waiting).code).toBe('cancelled');
  });

  test('leaves no process behind', async () => {
    const host = hostOf();
    const { pid } = await ask(host, 'answer');
    const waiting = errorOf(ask(host, 'hang'));
    await host.dispose();
    expect((await waiting).code).toBe('cancelled');
    expect(isRunning(pid)).toBe(false);
    expect((await errorOf(ask(host, 'answer'))).code).toBe('cancelled');
  });
});

test('tells where its process stands', async () => {
  const host = hostOf();
  const seen: string[] = [];
  const leave = host.onState(({ kind }) => seen.push(kind));
  expect(host.state).toEqual({ kind: 'idle' });
  const { pid } = await ask(host, 'answer');
  expect(host.state).toEqual({ kind: 'ready', pid });
  await errorOf(ask(host, 'crash'));
  await until(() => host.state.kind === 'crashed');
  expect(host.state).toMatchObject({ message: expect.stringContaining('exit code 7') as string });
  await ask(host, 'answer');
  await host.reconfigure(configuration);
  expect(host.state).toEqual({ kind: 'idle' });
  expect(seen).toEqual(['starting', 'ready', 'crashed', 'starting', 'ready', 'idle']);
  leave();
  await ask(host, 'answer');
  expect(seen).toHaveLength(6);
});

test('says why its process did not come up', async () => {
  process.env['HOST_DOUBLE'] = JSON.stringify({ behavior: 'die' });
  const host = hostOf();
  await errorOf(ask(host, 'answer'));
  expect(host.state).toMatchObject({
    kind: 'crashed',
    message: expect.stringContaining('exit code 3') as string,
  });
});
