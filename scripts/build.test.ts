import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { build, buildIfChanged, isFresh } from './build.mjs';
import { scratchTree } from './testing/scratch.ts';

/** A project of the same layout; its model build counts how often it ran. */
const project = {
  'package.json': '{"type":"module"}',
  'package-lock.json': '{}',
  'THIRD_PARTY_NOTICES.md': '',
  'scripts/build.mjs': '',
  'app/shells/cli/main.ts': "import { word } from './word.ts'; console.log(word);",
  'app/shells/cli/word.ts': "export const word: string = 'hello';",
  'app/shells/electron/main.ts': "console.log('window');",
  'app/shells/electron/preload.ts': "console.log('bridge');",
  'native-models/host/main.ts': "console.log('host');",
  'native-models/images/heic-worker.ts': "console.log('worker');",
  'native-models/catalog/trained/encoder.onnx': 'weights',
  'native-models/catalog/build.ts': `
    import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
    mkdirSync('dist/models', { recursive: true });
    writeFileSync('dist/models/net.onnx', 'weights');
    appendFileSync('runs.txt', 'x');`,
  'native-models/images/sample-styles/build.ts': `
    import { mkdirSync, writeFileSync } from 'node:fs';
    mkdirSync('dist/samples/styles', { recursive: true });
    writeFileSync('dist/samples/styles/night.webp', 'style');`,
  'renderer/vite.config.ts': 'export default {};',
  'renderer/src/main.ts': "console.log('window');",
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6].map((number) => [
      `node_modules/@vladmandic/face-api/demo/sample${number}.jpg`,
      'photo',
    ]),
  ),
  // Stands for Vite, which takes seconds: copies its entry to where it is told to build.
  'node_modules/vite/package.json': '{"bin":{"vite":"vite.cjs"}}',
  'node_modules/vite/vite.cjs': `
    const { cpSync } = require('node:fs');
    cpSync('renderer/src/main.ts', process.env.LIKENESS_RENDERER_OUT + '/assets/main.js');`,
};

const products = ['cli', 'host', 'models', 'renderer', 'styles'];
const node = process.execPath;
const runOf = (root: string) =>
  execFileSync(node, [path.join(root, 'dist', 'cli.js')], { encoding: 'utf8' });
const modelRuns = (root: string) => readFileSync(path.join(root, 'runs.txt'), 'utf8').length;

test('builds all products, once', async () => {
  using tree = scratchTree(project);
  await buildIfChanged(tree.root, node);
  await buildIfChanged(tree.root, node);
  expect(runOf(tree.root)).toBe('hello\n');
  expect(existsSync(path.join(tree.root, 'dist', 'host.js'))).toBe(true);
  expect(modelRuns(tree.root)).toBe(1);
  expect(products.map((name) => isFresh(tree.root, name))).toEqual([true, true, true, true, true]);
});

test('builds only what a change of an imported file concerns', async () => {
  using tree = scratchTree(project);
  await buildIfChanged(tree.root, node);
  tree.write('app/shells/cli/word.ts', "export const word: string = 'good morning';");
  expect(products.map((name) => isFresh(tree.root, name))).toEqual([false, true, true, true, true]);
  await buildIfChanged(tree.root, node);
  expect(runOf(tree.root)).toBe('good morning\n');
  expect(modelRuns(tree.root)).toBe(1);
});

test('builds the window anew where a file of it changed, and nothing of the old one stays', async () => {
  using tree = scratchTree(project);
  await buildIfChanged(tree.root, node);
  tree.write('dist/renderer/assets/old.js', '');
  tree.write('renderer/src/main.ts', "console.log('another');");
  expect(products.map((name) => isFresh(tree.root, name))).toEqual([true, true, true, false, true]);
  await buildIfChanged(tree.root, node);
  const assets = path.join(tree.root, 'dist', 'renderer', 'assets');
  expect(readFileSync(path.join(assets, 'main.js'), 'utf8')).toContain('another');
  expect(existsSync(path.join(assets, 'old.js'))).toBe(false);
});

test('a touched file of the same content changes nothing', async () => {
  using tree = scratchTree(project);
  await buildIfChanged(tree.root, node);
  for (const [name, content] of Object.entries(project)) tree.write(name, content);
  expect(products.every((name) => isFresh(tree.root, name))).toBe(true);
});

test('repairs products that are gone or cut short', async () => {
  using tree = scratchTree(project);
  await buildIfChanged(tree.root, node);
  rmSync(path.join(tree.root, 'dist', 'models'), { recursive: true });
  writeFileSync(path.join(tree.root, 'dist', 'cli.js'), 'console.');
  await buildIfChanged(tree.root, node);
  expect(runOf(tree.root)).toBe('hello\n');
  expect(readFileSync(path.join(tree.root, 'dist', 'models', 'net.onnx'), 'utf8')).toBe('weights');
});

test('repairs a stamp that was written by halves', async () => {
  using tree = scratchTree(project);
  await buildIfChanged(tree.root, node);
  tree.write('dist/.stamps/cli.json', '{"inputs":[');
  expect(isFresh(tree.root, 'cli')).toBe(false);
  await buildIfChanged(tree.root, node);
  expect(isFresh(tree.root, 'cli')).toBe(true);
});

test('a new version of a dependency makes everything anew, and so does `build`', async () => {
  using tree = scratchTree(project);
  await buildIfChanged(tree.root, node);
  tree.write('package-lock.json', '{"packages":{}}');
  await buildIfChanged(tree.root, node);
  expect(modelRuns(tree.root)).toBe(2);
  await build(tree.root, node);
  expect(modelRuns(tree.root)).toBe(3);
});

test('a source that cannot be bundled is named, and nothing counts as built', async () => {
  using tree = scratchTree({ ...project, 'app/shells/cli/word.ts': 'export const = ;' });
  await expect(buildIfChanged(tree.root, node)).rejects.toThrow(
    /app\/shells\/cli\/main\.ts.*word\.ts/s,
  );
  expect(isFresh(tree.root, 'cli')).toBe(false);
});

test('a model build that fails is said, and is tried again', async () => {
  using tree = scratchTree({ ...project, 'native-models/catalog/build.ts': 'process.exit(3);' });
  await expect(buildIfChanged(tree.root, node)).rejects.toThrow(/exit code 3/);
  expect(isFresh(tree.root, 'models')).toBe(false);
});
