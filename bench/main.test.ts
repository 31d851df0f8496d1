import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ask = (...words: string[]) =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, 'main.ts'), ...words], {
    encoding: 'utf8',
  });

test('--help lists every question', () => {
  const { status, stdout } = ask('--help');
  const listed = stdout.split('Questions:')[1]!.trim().split(/\s+/u);
  const files = readdirSync(path.join(import.meta.dirname, 'questions'))
    .filter((name) => !name.includes('.test.') && name !== 'question.ts')
    .map((name) => path.basename(name, '.ts'));
  expect([status, listed.toSorted()]).toEqual([0, files.toSorted()]);
});

test('a question that there is not is answered with those there are', () => {
  const { status, stderr } = ask('weather');
  expect([status, stderr]).toEqual([2, expect.stringContaining('Questions:')]);
});
