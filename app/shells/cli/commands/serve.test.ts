import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Settings } from '../../../../contract/application.ts';
import { status } from '../../wire/testing/fake-backend.ts';
import { commandLine, type Fakes } from '../testing/command-line.ts';

const fakes: Fakes = {
  'settings.get': () => ({ settings: Settings.parse({}) }),
  'system.status': () => status(false),
};

const windowless = process.platform === 'win32';

test.skipIf(windowless)(
  'the link of --open is in no argument, in no output, and in a file for one person',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'likeness-serve-'));
    const browser = path.join(folder, 'browser.sh');
    const page = '$(echo "$1" | sed "s#^--app=file://##")';
    const notes = [`echo "$@" > "${folder}/words"`, `ls -l ${page} > "${folder}/mode"`];
    const script = [...notes, `cat ${page} > "${folder}/page"`].join('\n');
    writeFileSync(browser, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const words = ['serve', '--open', '--port', '0', '--browser', browser, '--data-dir', folder];
    const { exitCode, stdout, stderr } = await commandLine(words, fakes);
    expect([exitCode, stderr]).toEqual([0, 'Another link: likeness link\n']);
    const said = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
    expect(said('page')).toMatch(
      /location\.replace\("http:\/\/127\.0\.0\.1:\d+\/open#[\w-]{80,}"\)/u,
    );
    expect(said('mode')).toMatch(/^-rw-------/u);
    for (const text of [stdout, stderr, said('words')]) expect(text).not.toMatch(/#|[\w-]{80,}/u);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/u);
    // Neither the page nor the key of links outlives the window.
    expect(readdirSync(path.join(folder, 'browser'))).toEqual([]);
    expect(readdirSync(path.join(folder, 'windows'))).toEqual([]);
  },
);

test('a link is made for a server that runs, and there is none without one', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'likeness-serve-'));
  const stop = new AbortController();
  const serving = commandLine(['serve', '--json', '--port', '0', '--data-dir', folder], fakes, {
    signal: stop.signal,
  });
  const link = () => commandLine(['link', '--data-dir', folder]);
  await expect.poll(async () => (await link()).exitCode, { timeout: 60_000 }).toBe(0);
  const [first, second] = [(await link()).stdout, (await link()).stdout];
  expect(first).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open#[\w-]{83}\n$/u);
  expect(second).not.toBe(first);
  stop.abort();
  const { port } = JSON.parse((await serving).stdout) as { readonly port: number };
  expect(first).toContain(`:${port}/`);
  const gone = await link();
  expect([gone.exitCode, gone.stderr]).toEqual([1, expect.stringContaining('No Likeness serves')]);
});
