import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compose } from '../../app/shells/compose.ts';
import { makeLinks } from '../../app/shells/server/sessions.ts';
import type { LoopReport } from './loop-watch.ts';
import { repository } from './product.ts';

/** `likeness serve` as a process of its own, on an empty data folder, with its loop watched. */
export interface Served extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** Opens a window once. */
  readonly newLink: () => Promise<string>;
  /** The secret of a key for REST. */
  readonly key: string;
  /** Forgets what was before. */
  readonly begin: () => Promise<void>;
  readonly report: () => Promise<LoopReport>;
  /** How it ended; null while it runs. */
  readonly ended: () => string | null;
}

export async function startServed(): Promise<Served> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'likeness-served-'));
  const key = await createKey(dataDir);
  const source = (file: string): string => path.join(repository, file);
  const child = spawn(
    process.execPath,
    [
      ...['--import', source('bench/measure/loop-watch.ts'), source('app/shells/cli/main.ts')],
      ...['serve', '--port', '0', '--provider', 'cpu', '--data-dir', dataDir, '--json'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] },
  );
  const { port } = JSON.parse(await firstLine(child)) as { readonly port: number };
  const ask = async (question: string): Promise<LoopReport> => {
    const answered = once(child, 'message');
    child.send(question);
    return ((await answered) as [LoopReport])[0];
  };
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    newLink: async () => (await makeLinks(dataDir))[0]!,
    key,
    begin: async () => {
      await ask('begin');
    },
    report: () => ask('report'),
    ended: () => child.signalCode ?? child.exitCode?.toString() ?? null,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The secret of a new session, as the page behind a link gets it. */
export async function sessionOf({ origin, newLink }: Served): Promise<string> {
  const token = new URL(await newLink()).hash.slice(1);
  const answer = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return ((await answer.json()) as { readonly secret: string }).secret;
}

async function createKey(dataDir: string): Promise<string> {
  await using application = compose({ dataDir, provider: 'cpu' });
  return (await application.dispatch('access.createKey', { name: 'Bench' })).secret;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.once('exit', (code) => {
      reject(new Error(`likeness serve ended with ${String(code)}: ${text}`));
    });
  });
}
