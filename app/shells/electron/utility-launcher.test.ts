import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ElectronDouble } from './testing/double.ts';
import { forkUtility } from './testing/utility-double.ts';
import { utilityLauncher } from './utility-launcher.ts';

/** A utility process that tells of itself, echoes, and ends when it is told to. */
const program = `
  const { parentPort, env } = process;
  parentPort.on('message', ({ data }) => {
    if (data === 'end') { console.error('last words'); process.exitCode = 3; process.disconnect?.(); process.exit(); }
    parentPort.postMessage({ echo: data, env: { ...env } });
  });`;

function launcher() {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'likeness-utility-')), 'host.mjs');
  writeFileSync(file, program);
  const electron = new ElectronDouble();
  Object.assign(electron.utilityProcess, { fork: forkUtility });
  return utilityLauncher(electron.asElectron, file);
}

test('a utility process gets messages and the memory settings of its role, and its end is told', async () => {
  const host = launcher()('recognition');
  const answer = new Promise((resolve) => host.onMessage(resolve));
  const ended = new Promise((resolve) => host.onExit(resolve));
  host.send('hello' as never);
  expect(await answer).toMatchObject({
    echo: 'hello',
    env: {
      MALLOC_ARENA_MAX: '1',
      GLIBC_TUNABLES: expect.stringContaining('glibc.malloc.hugetlb=1') as unknown,
    },
  });
  host.send('end' as never);
  expect(await ended).toEqual({ code: 3, signal: null, stderr: ['last words'] });
});

test('paintings keep small pages', async () => {
  const host = launcher()('studio');
  const answer = new Promise((resolve) => host.onMessage(resolve));
  host.send('hello' as never);
  const { env } = (await answer) as { readonly env: NodeJS.ProcessEnv };
  expect(env['GLIBC_TUNABLES'] ?? '').not.toContain('hugetlb');
  host.kill();
});
