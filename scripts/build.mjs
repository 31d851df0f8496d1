import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { digest } from './digest.mjs';
import { packageBin } from './install.mjs';
import { licenseTexts } from './licenses.mjs';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';
import { StartError } from './start-error.mjs';

/** Packages with native code cannot live inside a bundle, and one may be replaced. */
const EXTERNAL = [
  'onnxruntime-node',
  'onnxruntime-common',
  'better-sqlite3',
  'sharp',
  'electron',
  // Under the LGPL: whoever wants another version puts it in the place of this one.
  'libheif-js',
];

/** Bundled CommonJS packages call `require` for Node's own modules. */
const BANNER =
  "import { createRequire as $createRequire } from 'node:module';" +
  'const require = $createRequire(import.meta.url);';

/**
 * The build products. `plan` finds out which files a product is made from and gives a function
 * that writes it and says which files it wrote; all paths are relative to the root.
 */
const targets = [
  { name: 'cli', entry: 'app/shells/cli/main.ts', output: 'dist/cli.js', plan: planBundle },
  {
    name: 'electron',
    entry: 'app/shells/electron/main.ts',
    output: 'dist/main.js',
    plan: planBundle,
  },
  {
    name: 'preload',
    entry: 'app/shells/electron/preload.ts',
    output: 'dist/preload.cjs',
    plan: planPreload,
  },
  { name: 'host', entry: 'native-models/host/main.ts', output: 'dist/host.js', plan: planBundle },
  {
    name: 'heic-worker',
    entry: 'native-models/images/heic-worker.ts',
    output: 'dist/heic-worker.js',
    plan: planBundle,
  },
  {
    name: 'models',
    entry: 'native-models/catalog/build.ts',
    output: 'dist/models',
    plan: planModels,
  },
  { name: 'renderer', entry: 'renderer', output: 'dist/renderer', plan: planRenderer },
  {
    name: 'samples',
    entry: 'node_modules/@vladmandic/face-api/demo',
    output: 'dist/samples',
    plan: planSamples,
  },
  {
    name: 'styles',
    entry: 'native-models/images/sample-styles/build.ts',
    output: 'dist/samples/styles',
    plan: planStyles,
  },
  {
    name: 'licenses',
    entry: 'THIRD_PARTY_NOTICES.md',
    output: 'dist/licenses',
    plan: planLicenses,
  },
];

/** Makes the products whose inputs changed or whose files are gone. */
export async function buildIfChanged(root, node) {
  if (targets.every(({ name }) => isFresh(root, name))) return;
  await withLock(root, async () => {
    for (const target of targets) if (!isFresh(root, target.name)) await make(root, node, target);
  });
}

/** Makes every product anew. */
export async function build(root, node) {
  await withLock(root, async () => {
    for (const target of targets) await make(root, node, target);
  });
}

async function make(root, node, { name, entry, output, plan }) {
  const { sources, write } = await plan(root, entry, output);
  // The lock file stands for all dependencies.
  const inputs = [...sources, 'package-lock.json', 'scripts/build.mjs'].sort();
  // Taken before the work: a file that is edited meanwhile is noticed by the next run.
  const before = { seen: marks(root, inputs), digest: digest(root, inputs) };
  writeStamp(root, name, { inputs, ...before, outputs: sizes(root, await write(node)) });
}

const writeStamp = (root, name, stamp) =>
  writeAtomically(stampFile(root, name), `${JSON.stringify(stamp)}\n`);

/** Whether the last build of a product saw these very inputs and its files are still there. */
export function isFresh(root, name) {
  const stamp = readStamp(stampFile(root, name));
  if (stamp === undefined) return false;
  const present = sizes(root, Object.keys(stamp.outputs));
  if (JSON.stringify(present) !== JSON.stringify(stamp.outputs)) return false;
  const seen = marks(root, stamp.inputs);
  if (seen === stamp.seen) return true;
  if (digest(root, stamp.inputs) !== stamp.digest) return false;
  // Touched, but the same: a checkout or a copy.
  writeStamp(root, name, { ...stamp, seen });
  return true;
}

/** Sizes and times of files. Where they are as before, nobody reads the contents again. */
const marks = (root, files) =>
  files
    .map((file) => {
      const stat = statSync(path.join(root, file), { throwIfNoEntry: false });
      return stat === undefined ? '-' : `${stat.size}@${stat.mtimeMs}`;
    })
    .join(' ');

/** Undefined where there is none, or where it is damaged: then the product is made again. */
function readStamp(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const stampFile = (root, name) => path.join(root, 'dist', '.stamps', `${name}.json`);

const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? null;
const sizes = (root, files) =>
  Object.fromEntries(files.map((file) => [file, sizeOf(path.join(root, file))]));

function planBundle(root, entry, output) {
  return planOutput(root, entry, output, { banner: { js: BANNER } });
}

/** In the sandbox of a window there is `require('electron')` and no module system. */
function planPreload(root, entry, output) {
  return planOutput(root, entry, output, { format: 'cjs' });
}

async function planOutput(root, entry, output, options) {
  const { metafile, outputFiles } = await bundle(root, entry, {
    outfile: path.join(root, output),
    external: EXTERNAL,
    sourcemap: 'linked',
    ...options,
  });
  const write = () => {
    for (const { path: file, contents } of outputFiles) writeAtomically(file, contents);
    return outputFiles.map(({ path: file }) => path.relative(root, file));
  };
  return { sources: ownSources(root, metafile), write };
}

/** Weights that were trained here lie in the repository and are copied. */
async function planModels(root, entry, output) {
  const { sources, write } = await planRun(root, entry, output, 'Building the models …');
  return { sources: [...sources, ...filesBelow(root, 'native-models/catalog/trained')], write };
}

function planStyles(root, entry, output) {
  return planRun(root, entry, output, 'Drawing the sample styles …');
}

/** The sources run directly; esbuild is only asked which files they are. */
async function planRun(root, entry, output, announcement) {
  const { metafile } = await bundle(root, entry, { outfile: 'unused.js', packages: 'external' });
  const write = async (node) => {
    console.error(announcement);
    const code = await run(node, [path.join(root, entry)], { cwd: root, quiet: true });
    if (code !== 0) throw new StartError(`${entry} failed with exit code ${code}; see above.`);
    return readdirSync(path.join(root, output)).map((file) => `${output}/${file}`);
  };
  return { sources: ownSources(root, metafile), write };
}

/** Vite makes the window. It needs a newer Node than the one that may run this file. */
async function planRenderer(root, entry, output) {
  const config = path.join(root, entry, 'vite.config.ts');
  const write = async (node) => {
    console.error('Building the window …');
    const partial = path.join(root, `${output}.partial`);
    const vite = [packageBin(root, 'vite'), 'build', '--config', config, '--logLevel', 'warn'];
    const env = { LIKENESS_RENDERER_OUT: partial };
    const code = await run(node, vite, { cwd: root, quiet: true, env });
    if (code !== 0) throw new StartError(`vite build failed with exit code ${code}; see above.`);
    rmSync(path.join(root, output), { recursive: true, force: true });
    renameSync(partial, path.join(root, output));
    return filesBelow(root, output);
  };
  const isSource = (file) => !/\.test\.ts$|(^|\/)testing\//.test(file);
  return { sources: filesBelow(root, entry).filter(isSource), write };
}

const filesBelow = (root, folder) =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      path.relative(root, path.join(parentPath, name)).replaceAll(path.sep, '/'),
    );

/** Six photos under the MIT license, which ship with the application; the lock file stands for them. */
function planSamples(root, entry, output) {
  const write = () =>
    [1, 2, 3, 4, 5, 6].map((number) => {
      const name = `sample${number}.jpg`;
      const file = path.join(root, output, name);
      writeAtomically(file, readFileSync(path.join(root, entry, name)));
      return `${output}/${name}`;
    });
  return { sources: [], write };
}

/** The full texts, collected from what is installed; the lock file stands for that. */
function planLicenses(root, entry, output) {
  const write = () => {
    rmSync(path.join(root, output), { recursive: true, force: true });
    return [...licenseTexts(root)].map(([name, text]) => {
      writeAtomically(path.join(root, output, name), text);
      return `${output}/${name}`;
    });
  };
  return { sources: [entry, 'scripts/licenses.mjs'], write };
}

async function bundle(root, entry, options) {
  const esbuild = await import('esbuild');
  const common = { bundle: true, write: false, metafile: true, logLevel: 'silent' };
  const shape = { platform: 'node', format: 'esm', target: 'node24' };
  try {
    return await esbuild.build({
      absWorkingDir: root,
      entryPoints: [entry],
      ...common,
      ...shape,
      ...options,
    });
  } catch (error) {
    throw new StartError(`${entry} could not be bundled: ${error.message}`);
  }
}

const ownSources = (root, { inputs }) =>
  Object.keys(inputs).filter(
    (file) => !file.includes('node_modules/') && existsSync(path.join(root, file)),
  );

/** Whoever runs the old file keeps it; nobody sees half of the new one. */
function writeAtomically(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  const scratch = `${file}.${process.pid}.tmp`;
  writeFileSync(scratch, content);
  renameSync(scratch, file);
}
