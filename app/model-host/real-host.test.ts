import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { createModelHost } from './model-host.ts';
import type { HostConfiguration, ModelHost } from './types.ts';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const photo = path('node_modules/@vladmandic/face-api/demo/sample1.jpg');
const configuration: HostConfiguration = {
  role: 'recognition',
  builtInModels: path('dist/models'),
  userModels: path('dist/no-models-of-a-user'),
  provider: 'cpu',
};
const analysis = { image: { path: photo }, encode: 'all', subject: 'largest' } as const;
/** A provider that the native library of this platform does not have. */
const absent = process.platform === 'win32' ? 'coreml' : 'directml';

const built = existsSync(path('dist/models/encoder-resnet29.onnx'));
if (!built) console.warn('Skipped: the models are not built. Run `npm run build` first.');

const hosts: ModelHost[] = [];
const shells: ChildProcess[] = [];

function hostOf(change: Partial<HostConfiguration> = {}): ModelHost {
  const host = createModelHost({ configuration: { ...configuration, ...change } });
  hosts.push(host);
  return host;
}

/** The process id of every start of a host, the latest last. */
function pidsOf(host: ModelHost): number[] {
  const pids: number[] = [];
  host.onStart(({ pid }) => void pids.push(pid));
  return pids;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function isGoneSoon(pid: number): Promise<boolean> {
  for (let i = 0; i < 200 && isRunning(pid); i++) await sleep(25);
  return !isRunning(pid);
}

afterEach(async () => {
  shells.splice(0).forEach((shell) => shell.kill('SIGKILL'));
  await Promise.all(hosts.splice(0).map((host) => host.dispose()));
});

describe.skipIf(!built)('the recognition host (needs the built models)', () => {
  test('analyses a photo by path and by bytes alike, also several at once', async () => {
    const host = hostOf();
    const bytes = new Uint8Array(await readFile(photo));
    const [byPath, byBytes] = await Promise.all([
      host.request('analyze', analysis),
      host.request('analyze', { ...analysis, image: { bytes, name: 'sample1.jpg' } }),
    ]);
    expect(byPath.faces.length).toBeGreaterThanOrEqual(3);
    expect(byPath.faces[0]?.encoding).toHaveLength(byPath.encoder.dimension);
    expect(byPath).toMatchObject({ provider: 'cpu', warnings: [] });
    expect(byBytes).toEqual(byPath);
  });

  test('falls back to the CPU where the forced provider does not start, and says so', async () => {
    const answer = await hostOf({ provider: absent }).request('analyze', analysis);
    expect(answer.provider).toBe('cpu');
    expect(answer.warnings).toHaveLength(1);
    expect(answer.warnings[0]).toContain('The CPU is used instead.');
    expect(answer.faces.length).toBeGreaterThanOrEqual(3);
  });

  test('is killed in the middle of a photo: a typed error, and the next photo works', async () => {
    const host = hostOf();
    const pids = pidsOf(host);
    await host.request('warmUp', {});
    const inFlight = host.request('analyze', analysis);
    process.kill(pids[0]!, 'SIGKILL');
    await expect(inFlight).rejects.toMatchObject({ code: 'host_crashed' });
    await expect(host.request('analyze', analysis)).resolves.toMatchObject({ provider: 'cpu' });
    expect(pids).toHaveLength(2);
  });

  test('stops photos that wait, and serves on in the same process', async () => {
    const host = hostOf();
    const pids = pidsOf(host);
    await host.request('warmUp', {});
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const photos = Array.from({ length: 8 }, () => host.request('analyze', analysis, options));
    setImmediate(() => controller.abort());
    for (const outcome of await Promise.allSettled(photos))
      expect(outcome).toMatchObject({ reason: { code: 'cancelled' } });
    await host.request('analyze', analysis);
    expect(pids).toHaveLength(1);
  });

  test('refuses what is no picture, and proves its providers', async () => {
    const host = hostOf();
    const image = { path: fileURLToPath(import.meta.url) };
    await expect(host.request('analyze', { ...analysis, image })).rejects.toMatchObject({
      code: 'image_unrecognized',
    });
    const { runtime, providers } = await host.request('proveProviders', {});
    expect(runtime).toMatch(/^ONNX Runtime \d+\.\d+\.\d+$/);
    expect(providers[0]).toMatchObject({ provider: 'cpu', proven: true });
  });
});

describe('a host whose shell is killed', () => {
  test('ends by itself', async () => {
    const { builtInModels, userModels } = configuration;
    const entry = fileURLToPath(new URL('./testing/shell.ts', import.meta.url));
    const shell = spawn(process.execPath, [entry, builtInModels, userModels]);
    shells.push(shell);
    const failed = once(shell, 'exit').then(() => Promise.reject(new Error('The shell ended.')));
    const [output] = (await Promise.race([once(shell.stdout, 'data'), failed])) as [Buffer];
    failed.catch(() => undefined);
    const pid = Number(output.toString());
    expect(isRunning(pid)).toBe(true);
    shell.kill('SIGKILL');
    expect(await isGoneSoon(pid)).toBe(true);
  });
});

describe('a host without models', () => {
  test('says which model file is missing', async () => {
    const host = hostOf({ builtInModels: path('dist/no-models') });
    await expect(host.request('warmUp', {})).rejects.toMatchObject({ code: 'model_missing' });
  });
});
