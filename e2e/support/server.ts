import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { linkOf } from '../../app/shells/server/sessions.ts';

export const root = path.resolve(import.meta.dirname, '../..');
const cli = path.join(root, 'dist/cli.js');

/** A server of the built application, on a data folder of its own. */
export interface Server {
  /** Opens the application once; another one each time it is asked for. */
  readonly link: string;
  readonly dataDir: string;
  /** The next code that is printed, for what takes more than a session. */
  readonly code: () => Promise<string>;
  readonly child: ChildProcess;
  /** Runs a command of the command line on the same data folder. */
  readonly likeness: (...argv: string[]) => Promise<unknown>;
  /** Ends the process and starts another on the same data. */
  readonly restart: (...options: string[]) => Promise<Server>;
  /** Ends the process; the data folder stays. */
  readonly end: () => Promise<void>;
  /** Ends the process and removes the data folder. */
  readonly stop: () => Promise<void>;
}

export async function startServer(
  options: readonly string[] = [],
  dataDir = mkdtempSync(path.join(tmpdir(), 'likeness-e2e-')),
): Promise<Server> {
  const child = spawn(
    process.execPath,
    [cli, 'serve', '--port', '0', '--provider', 'cpu', '--data-dir', dataDir, ...options],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: dataDir },
  );
  const said = { text: '', codes: 0 };
  child.stderr.on('data', (chunk: Buffer) => (said.text += chunk.toString()));
  const { origin, port } = new URL(await printedLink(child));
  // As `likeness link` does, whose process would take a second each time.
  const { key } = JSON.parse(
    readFileSync(path.join(dataDir, 'windows', `${port}.json`), 'utf8'),
  ) as {
    readonly key: string;
  };
  const end = () => ended(child, 'SIGTERM');
  let next: Server | undefined;
  return {
    get link() {
      return linkOf(origin, key);
    },
    dataDir,
    code: () => nextCode(said),
    child,
    likeness: (...argv) => runCommand(dataDir, argv),
    restart: async (...more) => {
      await end();
      next = await startServer(more, dataDir);
      return next;
    },
    end,
    stop: async () => {
      await end();
      await next?.end();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Enrolls everybody of a folder `root/person/photo.jpg` by the command line. */
export async function enrollAlbum(dataDir: string, root: string): Promise<void> {
  await runCommand(dataDir, ['import', root, '--provider', 'cpu']);
}

/** It is printed before the window is asked for it, and may arrive here after that. */
async function nextCode(said: { readonly text: string; codes: number }): Promise<string> {
  for (;;) {
    const code = said.text.match(/(?<=code for the window: )\d{6}/gu)?.[said.codes];
    if (code !== undefined) {
      said.codes += 1;
      return code;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const LINK = /https?:\/\/(127\.0\.0\.1|localhost)\S*/u;

function printedLink(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      const [link] = LINK.exec(text) ?? [];
      if (link !== undefined && text.includes('\n', text.indexOf(link))) resolve(link);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => {
      reject(new Error(`likeness serve ended with ${code}: ${text}`));
    });
  });
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.kill(signal);
  });
}

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();

async function runCommand(dataDir: string, argv: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [cli, ...argv, '--json', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0)
    throw new Error(`likeness ${argv.join(' ')} ended with ${String(code)}: ${text(complaints)}`);
  return JSON.parse(text(said));
}
