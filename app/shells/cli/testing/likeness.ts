import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../../../..');

const main = path.join(root, 'app/shells/cli/main.ts');
const samples = path.dirname(
  createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'),
);

/** One of the six real photos of the npm package, 1…6. */
export const samplePhoto = (number: number) => path.join(samples, 'demo', `sample${number}.jpg`);

export interface Result {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  readonly dataDir: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Runs as another user. */
  readonly uid?: number;
  readonly cwd?: string;
  /** Words before the Node command line, such as `unshare -rm`. */
  readonly prefix?: readonly string[];
}

export interface Running {
  readonly child: ChildProcess;
  readonly result: Promise<Result>;
}

/** Runs the real command line, as a process of its own. */
export function start(argv: readonly string[], options: Options): Running {
  const { dataDir, env = {}, uid, cwd = root, prefix = [] } = options;
  const [command, ...args] = [...prefix, process.execPath, main, ...argv] as [string, ...string[]];
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, LIKENESS_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { child, result: collect(child) };
}

export const likeness = (argv: readonly string[], options: Options): Promise<Result> =>
  start(argv, options).result;

/** With `--json`; the one object it printed, or what was printed where that is none. */
export async function likenessJson(
  argv: readonly string[],
  options: Options,
): Promise<Result & { readonly json: unknown }> {
  const result = await likeness([...argv, '--json'], options);
  return { ...result, json: parse(result.stdout) };
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function collect(child: ChildProcess): Promise<Result> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...texts }));
  });
}
