import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createModelHost } from '../../app/model-host/model-host.ts';
import type { HostConfiguration, ModelHost } from '../../app/model-host/types.ts';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const builtInModels = path.join(repository, 'dist', 'models');

export interface Started extends AsyncDisposable {
  readonly host: ModelHost;
  readonly configuration: HostConfiguration;
  readonly dataDir: string;
  /** Of the host's process, once it has started. */
  readonly pid: () => number;
}

/** The recognition host as the product starts it, on the CPU, with an empty data folder. */
export async function startHost(): Promise<Started> {
  const started = await start('recognition');
  await started.host.request('warmUp', {});
  return started;
}

/** The host that paints, with VGG-19 where `vgg19` names a folder with its files. */
export async function startStudio(vgg19: string | null): Promise<Started> {
  const started = await start('studio');
  if (vgg19 !== null) await started.host.request('fetchModel', { id: 'vgg19', from: vgg19 });
  else await started.host.request('listModels', {});
  return started;
}

async function start(role: HostConfiguration['role']): Promise<Started> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'likeness-bench-'));
  const configuration: HostConfiguration = {
    role,
    builtInModels,
    userModels: path.join(dataDir, 'models'),
    provider: 'cpu',
  };
  const host = createModelHost({ configuration });
  let running = 0;
  host.onStart(({ pid }) => {
    running = pid;
  });
  return {
    host,
    configuration,
    dataDir,
    pid: () => running,
    [Symbol.asyncDispose]: async () => {
      await host.dispose();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Resident memory of a process in MB, or null where the system does not tell. */
export async function residentMemory(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1];
  return kibibytes === undefined ? null : (Number(kibibytes) * 1024) / 1e6;
}

/** Milliseconds of a whole `likeness` command, as `npm run likeness` starts it. */
export function timeCommand(args: readonly string[]): Promise<number> {
  const bootstrap = path.join(repository, 'scripts', 'bootstrap.mjs');
  const started = performance.now();
  const child = spawn(process.execPath, [bootstrap, 'likeness', ...args], { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(performance.now() - started);
      else reject(new Error(`likeness ${args.join(' ')} ended with exit code ${String(code)}.`));
    });
  });
}
