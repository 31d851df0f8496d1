import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { scratchTree } from './testing/scratch.ts';

const here = (name: string) => path.join(import.meta.dirname, name);

test.each([[], ['paint'], ['toString']])('%s is no command and gives the usage', (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [here('bootstrap.mjs'), ...args], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/Usage: .*likeness/);
});

test.skipIf(process.platform === 'win32')('a checkout behind a link starts as well', () => {
  using tree = scratchTree({});
  const link = path.join(tree.root, 'linked');
  symlinkSync(import.meta.dirname, link);
  expect(spawnSync(process.execPath, [path.join(link, 'bootstrap.mjs')]).status).toBe(2);
});

/** A program that runs another one through `run` and takes over its exit code. */
const runner = (child: string) => `
  import { run } from ${JSON.stringify(pathToFileURL(here('run.mjs')).href)};
  process.exitCode = await run(process.execPath, ['-e', ${JSON.stringify(child)}], { cwd: process.cwd() });`;

test('output, input and exit code of a command pass through unchanged', () => {
  using tree = scratchTree({
    'run.mjs': runner('process.stdin.pipe(process.stdout); process.exitCode = 3'),
  });
  const options = { encoding: 'utf8', input: 'words\n' } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(tree.root, 'run.mjs')],
    options,
  );
  expect([status, stdout, stderr]).toEqual([3, 'words\n', '']);
});

test.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT'] as const)(
  '%s reaches the command, whose answer is ours',
  async (signal) => {
    const child = `
      process.on('${signal}', () => process.exit(42));
      console.log('ready');
      setInterval(() => {}, 1000);`;
    using tree = scratchTree({ 'run.mjs': runner(child) });
    const parent = spawn(process.execPath, [path.join(tree.root, 'run.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    parent.kill(signal);
    expect(await once(parent, 'exit')).toEqual([42, null]);
  },
);

test.skipIf(process.platform === 'win32')('a command that was killed gives 128 + signal', () => {
  using tree = scratchTree({ 'run.mjs': runner("process.kill(process.pid, 'SIGKILL')") });
  expect(spawnSync(process.execPath, [path.join(tree.root, 'run.mjs')]).status).toBe(137);
});
