import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isDead, withLock } from './lock.mjs';
import { scratchTree } from './testing/scratch.ts';

const LOCK = path.join('.cache', 'bootstrap.lock');

/** The process id of a program that has ended. */
const gonePid = () => spawnSync(process.execPath, ['--version']).pid;

test('two at once work one after the other', async () => {
  using tree = scratchTree({});
  const events: string[] = [];
  const work = (name: string) => () =>
    withLock(
      tree.root,
      async () => {
        events.push(`${name} begins`);
        await sleep(50);
        events.push(`${name} ends`);
      },
      { pollMs: 5 },
    );
  await Promise.all([work('a')(), work('b')()]);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('the lock names its holder and is gone afterwards, also after a failure', async () => {
  using tree = scratchTree({});
  const file = path.join(tree.root, LOCK);
  const failing = withLock(tree.root, () => {
    expect(readFileSync(file, 'utf8')).toBe(`${os.hostname()} ${process.pid}`);
    throw new Error('failed inside');
  });
  await expect(failing).rejects.toThrow('failed inside');
  expect(existsSync(file)).toBe(false);
});

test('the lock of a process that is gone is broken at once', async () => {
  using tree = scratchTree({ [LOCK]: `${os.hostname()} ${gonePid()}` });
  // One that has to fall silent first would outlast the test.
  const options = { silentMs: 3_600_000 };
  expect(await withLock(tree.root, () => Promise.resolve('done'), options)).toBe('done');
});

test.each([
  ['of another machine', 'elsewhere 1'],
  ['of a process that lives but forgot it', `${os.hostname()} ${process.pid}`],
  ['that was written by halves', ''],
])('a lock %s is broken after it has been silent', async (_, content) => {
  using tree = scratchTree({ [LOCK]: content });
  const started = performance.now();
  const options = { pollMs: 10, silentMs: 300 };
  expect(await withLock(tree.root, () => Promise.resolve('done'), options)).toBe('done');
  expect(performance.now() - started).toBeGreaterThanOrEqual(300);
});

test('only a process of this machine can be known to be gone', () => {
  expect(isDead(`${os.hostname()} ${gonePid()} 1`)).toBe(true);
  expect(isDead(`${os.hostname()} ${process.pid} 1`)).toBe(false);
  expect(isDead(`elsewhere ${gonePid()} 1`)).toBe(false);
});
