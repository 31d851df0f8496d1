// The one entry behind every `npm run …`: finds Node 24, installs, builds what changed, runs.
// Plain Node 18 or newer, no dependency: it must work before anything is installed.
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, buildIfChanged } from './build.mjs';
import { installIfNeeded, packageBin } from './install.mjs';
import { run } from './run.mjs';
import { findNode } from './runtime.mjs';
import { decideStart, startLine } from './start.mjs';
import { StartError } from './start-error.mjs';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const cli = path.join(root, 'dist', 'cli.js');
const tool = (name, ...args) => [packageBin(root, name), ...args];
const sources = [
  'contract',
  'foundation',
  'app',
  'native-models',
  'db',
  'bench',
  'e2e',
  'renderer',
  'scripts',
];
/** The desktop shell, journeys in a browser by mouse and by keyboard, and the layout; screenshots are apart. */
const journeys = (...args) =>
  playwright(
    ...['desktop', 'journeys', 'keyboard', 'layout'].map((name) => `--project=${name}`),
    ...args,
  );
const playwright = (...args) => [
  packageBin(root, '@playwright/test', 'playwright'),
  'test',
  '--config',
  'e2e/playwright.config.ts',
  '--pass-with-no-tests',
  ...args,
];

/**
 * command → whether it needs the built files, and the Node command lines it runs one after another,
 * up to the first that fails. `parts` names the lines that run nevertheless, and a summary tells of each.
 */
const commands = {
  start: { built: true, lines: startWindow },
  demo: { built: true, lines: (args) => [[cli, 'demo', ...args]] },
  likeness: { built: true, lines: (args) => [[cli, ...args]] },
  bench: { built: true, lines: (args) => [[path.join(root, 'bench', 'main.ts'), ...args]] },
  test: {
    built: true,
    parts: ['Unit tests', 'Journeys'],
    // Whoever names a test means a unit test; `npm run e2e -- …` names journeys.
    lines: (args) => [tool('vitest', 'run', ...args), ...(args.length === 0 ? [journeys()] : [])],
  },
  e2e: { built: true, lines: (args) => [journeys(...args)] },
  layout: { built: true, lines: (args) => [playwright('--project=layout', ...args)] },
  screenshots: { built: true, lines: (args) => [playwright('--project=screenshots', ...args)] },
  check: {
    built: true,
    lines: () => [
      tool('prettier', '--check', '--log-level', 'warn', '.'),
      [path.join(root, 'scripts', 'spelling.mjs')],
      [path.join(root, 'scripts', 'draw.mjs'), '--check'],
      tool('eslint', '.'),
      tool('dependency-cruiser', ...sources, '--config', '.dependency-cruiser.cjs'),
      tool('typescript', '--noEmit'),
      tool('svelte-check', '--tsconfig', 'renderer/tsconfig.json', '--fail-on-warnings'),
      tool('typescript', '--noEmit', '--project', 'bench'),
      tool('typescript', '--noEmit', '--project', 'e2e'),
      tool('vitest', 'run'),
    ],
  },
  draw: { built: true, lines: () => [[path.join(root, 'scripts', 'draw.mjs')]] },
  package: {
    built: true,
    lines: (args) => [
      tool('electron-builder', '--publish', 'never', ...args),
      [path.join(root, 'scripts', 'size-report.mjs')],
    ],
  },
  build: { built: false, lines: () => [] },
};

/** Runs one command of the table; gives the exit code. */
export async function main([name = '', ...args]) {
  if (!Object.hasOwn(commands, name)) {
    console.error(`Usage: node scripts/bootstrap.mjs <${Object.keys(commands).join('|')}> [args…]`);
    return 2;
  }
  const command = commands[name];
  const node = await findNode(root);
  await installIfNeeded(root, node);
  await (command.built ? buildIfChanged(root, node) : build(root, node));
  return await runAll(node, command.lines(args), { name, parts: command.parts });
}

/** Compiled code is kept between starts, of the command and of the hosts that it starts. */
const env = { NODE_COMPILE_CACHE: path.join(root, '.cache', 'compiled') };

/** Above this, a signal ended the program: somebody wants no more. */
const SIGNALED = 128;

async function runAll(node, lines, { name, parts }) {
  const codes = [];
  for (const line of lines) {
    const { program = node, args } = Array.isArray(line) ? { args: line } : line;
    const code = await run(program, args, { cwd: workingDirectory(name), env });
    codes.push(code);
    if (code > SIGNALED || (code !== 0 && parts === undefined)) return code;
  }
  if (codes.length > 1 && parts !== undefined) console.log(summaryOf(parts, codes));
  return codes.find((code) => code !== 0) ?? 0;
}

const summaryOf = (parts, codes) =>
  codes.map((code, i) => `${parts[i]}: ${code === 0 ? 'passed' : `failed (${code})`}`).join('\n');

/** Says in one line how the window is shown, and why so. */
function startWindow(args) {
  const { platform, env: surroundings } = process;
  const decision = decideStart({ root, platform, env: surroundings });
  console.error(decision.sentence);
  return [startLine(decision, root, args, process.getuid?.() === 0)];
}

/** People name photos relative to where they stand; npm moves to the package before it runs a script. */
function workingDirectory(name) {
  if (name !== 'likeness') return root;
  const { npm_lifecycle_event: script, INIT_CWD } = process.env;
  return (script === 'likeness' ? INIT_CWD : undefined) ?? process.cwd();
}

/** Called by the scripts that are entry points; the exit code of the command becomes ours. */
export async function start(argv) {
  try {
    process.exitCode = await main(argv);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  await start(process.argv.slice(2));
