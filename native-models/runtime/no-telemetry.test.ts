import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const session = fileURLToPath(new URL('session.ts', import.meta.url));
const photo = path.join(root, 'node_modules/@vladmandic/face-api/demo/sample1.jpg');

let home: string;
beforeEach(async () => void (home = await mkdtemp(path.join(tmpdir(), 'likeness-home-'))));
afterEach(() => rm(home, { recursive: true, force: true }));

/**
 * Somebody's ordinary machine, with a home of its own and no way out. Nothing else is passed on: the
 * library keeps silent by itself where a variable says that it is being tested.
 */
const surroundings = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  XDG_CACHE_HOME: path.join(home, 'cache'),
  HTTPS_PROXY: 'http://127.0.0.1:9',
});

async function run(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: root, env: surroundings(), stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([0, null]);
}

/** Where the library keeps the device's id and the reports that wait. */
const reports = async () =>
  (await readdir(home, { recursive: true })).filter((file) => file.includes('.onnxruntime'));

const model = path.join(root, 'dist/models/landmarks-68.onnx');
const open = (library: string) =>
  `${library}; const { readFileSync } = await import('node:fs');
   const bytes = readFileSync(${JSON.stringify(model)});`;

describe.skipIf(process.platform !== 'linux')('the native library', () => {
  test('would report on its own', async () => {
    const itself = `${open("const { InferenceSession } = await import('onnxruntime-node')")}
      await InferenceSession.create(bytes);`;
    await run(['--input-type=module', '--eval', itself]);
    expect(await reports()).not.toEqual([]);
  });

  test('keeps silent as we load it', async () => {
    const ours = `${open(`const { startSession } = await import(${JSON.stringify(session)})`)}
      await startSession({ bytes, name: 'landmarks-68' }, { provider: 'cpu', threads: 1 });`;
    await run(['--input-type=module', '--eval', ours]);
    expect(await reports()).toEqual([]);
  });

  test('keeps silent in the bundled command', async () => {
    const data = path.join(home, 'data');
    await run([path.join(root, 'dist/cli.js'), 'detect', photo, '--data-dir', data]);
    expect(await reports()).toEqual([]);
  });
});
