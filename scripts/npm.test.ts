import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { npmCandidates, npmCli } from './npm.mjs';
import { scratchTree } from './testing/scratch.ts';

test('the npm that started us comes first', () => {
  const [first] = npmCandidates({ npm_execpath: '/somewhere/npm-cli.js' }, '/usr/bin/node');
  expect(first).toBe('/somewhere/npm-cli.js');
});

test('another package manager that started us is not taken for npm', () => {
  const candidates = npmCandidates({ npm_execpath: '/somewhere/yarn.js' }, '/usr/bin/node');
  expect(candidates).not.toContain('/somewhere/yarn.js');
});

test.each([
  ['Windows', 'node', 'node/node_modules/npm/bin/npm-cli.js'],
  ['macOS and Linux', 'bin/node', 'lib/node_modules/npm/bin/npm-cli.js'],
  ['Debian', 'bin/node', 'share/nodejs/npm/bin/npm-cli.js'],
])('without it, the one beside Node is found as %s lays it out', (_, node, cli) => {
  using tree = scratchTree({ [cli]: '' });
  const execPath =
    node === 'node' ? path.join(tree.root, 'node', 'node.exe') : path.join(tree.root, node);
  const found = npmCli({}, execPath);
  expect(path.relative(tree.root, found)).toBe(path.normalize(cli));
  expect(existsSync(found)).toBe(true);
});

test('no npm at all is said in words', () => {
  using tree = scratchTree({});
  expect(() => npmCli({}, path.join(tree.root, 'bin', 'node'))).toThrow(/npm was not found/);
});
