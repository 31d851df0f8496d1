import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { installIfNeeded, isComplete, isWanted, packageBin } from './install.mjs';
import { scratchTree } from './testing/scratch.ts';

const machine = { os: 'linux', cpu: 'x64', libc: 'glibc' };

const lock = {
  packages: {
    '': { name: 'root' },
    'node_modules/plain': { version: '1.0.0' },
    'node_modules/@native/linux': { version: '2.0.0', optional: true, os: ['linux'], cpu: ['x64'] },
    'node_modules/@native/windows': {
      version: '2.0.0',
      optional: true,
      os: ['win32'],
      cpu: ['x64'],
    },
    'node_modules/@native/wasm': { version: '2.0.0', optional: true },
  },
};
const installed = {
  'package-lock.json': JSON.stringify(lock),
  'node_modules/plain/package.json': JSON.stringify({ version: '1.0.0' }),
  'node_modules/@native/linux/package.json': JSON.stringify({ version: '2.0.0' }),
};

describe('isWanted', () => {
  test.each([
    ['an ordinary package', {}, true],
    ['this platform', { optional: true, os: ['linux'], cpu: ['x64'] }, true],
    ['this C library', { optional: true, os: ['linux'], cpu: ['x64'], libc: ['glibc'] }, true],
    ['another C library', { optional: true, os: ['linux'], cpu: ['x64'], libc: ['musl'] }, false],
    ['another processor', { optional: true, os: ['linux'], cpu: ['arm64'] }, false],
    ['another system', { optional: true, os: ['darwin'], cpu: ['x64'] }, false],
    ['a fall-back for any platform', { optional: true }, false],
  ])('%s', (_, entry, expected) => {
    expect(isWanted(entry, machine)).toBe(expected);
  });
});

describe('isComplete', () => {
  test('is true where all that belongs here lies in its version', () => {
    using tree = scratchTree(installed);
    expect(isComplete(tree.root, machine)).toBe(true);
  });

  test.each(['node_modules/plain', 'node_modules/@native/linux'])('is false without %s', (name) => {
    using tree = scratchTree(installed);
    rmSync(path.join(tree.root, name), { recursive: true });
    expect(isComplete(tree.root, machine)).toBe(false);
  });

  test('is false with another version', () => {
    using tree = scratchTree(installed);
    tree.write('node_modules/plain/package.json', JSON.stringify({ version: '1.0.1' }));
    expect(isComplete(tree.root, machine)).toBe(false);
  });
});

describe('installIfNeeded', () => {
  /** Stands for Node and npm: writes down that it was called, and what npm would leave. */
  const fakeNode = (root: string) => {
    const file = path.join(root, 'fake-node.sh');
    const leaves = 'mkdir -p node_modules/plain; cp plain.json node_modules/plain/package.json';
    writeFileSync(file, `#!/bin/sh\necho "$2" >> calls.txt\n${leaves}\n`, { mode: 0o755 });
    return file;
  };
  const small = {
    'package-lock.json': JSON.stringify({ packages: { 'node_modules/plain': { version: '1' } } }),
    'plain.json': JSON.stringify({ version: '1' }),
  };
  const calls = (root: string) =>
    existsSync(path.join(root, 'calls.txt'))
      ? readFileSync(path.join(root, 'calls.txt'), 'utf8')
      : '';

  test.skipIf(process.platform === 'win32')(
    'runs npm ci once, and again after the lock file changed',
    async () => {
      using tree = scratchTree(small);
      const node = fakeNode(tree.root);
      await installIfNeeded(tree.root, node);
      await installIfNeeded(tree.root, node);
      expect(calls(tree.root)).toBe('ci\n');
      const newer = { packages: { 'node_modules/plain': { version: '2' } } };
      tree.write('package-lock.json', JSON.stringify(newer));
      tree.write('plain.json', JSON.stringify({ version: '2' }));
      await installIfNeeded(tree.root, node);
      expect(calls(tree.root)).toBe('ci\nci\n');
    },
  );

  test.skipIf(process.platform === 'win32')(
    'runs it again where node_modules was emptied',
    async () => {
      using tree = scratchTree(small);
      const node = fakeNode(tree.root);
      await installIfNeeded(tree.root, node);
      rmSync(path.join(tree.root, 'node_modules'), { recursive: true });
      await installIfNeeded(tree.root, node);
      expect(calls(tree.root)).toBe('ci\nci\n');
    },
  );

  test('takes over what somebody installed by hand', async () => {
    using tree = scratchTree({ ...small, 'node_modules/plain/package.json': '{"version":"1"}' });
    await installIfNeeded(tree.root, '/does/not/exist');
    expect(existsSync(path.join(tree.root, 'node_modules', '.likeness-installed'))).toBe(true);
  });

  test.skipIf(process.platform === 'win32')('does not trust an npm that left a gap', async () => {
    using tree = scratchTree({ ...small, 'plain.json': '{"version":"0"}' });
    const outcome = installIfNeeded(tree.root, fakeNode(tree.root));
    await expect(outcome).rejects.toThrow(/incomplete/);
    expect(existsSync(path.join(tree.root, 'node_modules', '.likeness-installed'))).toBe(false);
  });

  test('says that npm failed, and leaves no stamp', async () => {
    using tree = scratchTree({ 'package-lock.json': small['package-lock.json'] });
    tree.write('node_modules/plain/package.json', '{"version":"0"}');
    const node = path.join(tree.root, 'false.sh');
    writeFileSync(node, '#!/bin/sh\nexit 7\n', { mode: 0o755 });
    await expect(installIfNeeded(tree.root, node)).rejects.toThrow(/npm ci failed/);
    expect(existsSync(path.join(tree.root, 'node_modules', '.likeness-installed'))).toBe(false);
  });
});

test.each([
  ['vitest', 'vitest.mjs'],
  ['prettier', 'bin/prettier.cjs'],
  ['typescript', 'bin/tsc'],
])('the command of %s is %s', (name, file) => {
  const root = path.join(import.meta.dirname, '..');
  const expected = path.join(root, 'node_modules', name, file);
  expect(packageBin(root, name)).toBe(expected);
  expect(existsSync(expected)).toBe(true);
});
