import { spawn } from 'node:child_process';
import path from 'node:path';
import { findNode } from './runtime.mjs';
import { run } from './run.mjs';

const root = path.resolve(import.meta.dirname, '..');
const USUAL_LOOPS = 4;

/** Ends by itself when its parent is gone, however that came. */
const LOOP = `
  const parent = process.ppid;
  const spin = () => {
    const end = performance.now() + 200;
    while (performance.now() < end);
    if (process.ppid === parent) setImmediate(spin);
  };
  spin();`;

/**
 * Runs the tests beside endless loops, as on a machine that is busy with something else; gives
 * their exit code. Arguments are test files; without any, all tests run.
 */
async function main([first, count, ...rest]) {
  const [loops, files] =
    first === '--loops'
      ? [Number(count), rest]
      : [USUAL_LOOPS, [first, count, ...rest].filter((word) => word !== undefined)];
  if (!Number.isInteger(loops) || loops < 0) {
    console.error('Usage: npm run test:busy -- [--loops <number>] [test files…]');
    return 2;
  }
  const node = await findNode(root);
  const busy = Array.from({ length: loops }, () =>
    spawn(node, ['--eval', LOOP], { stdio: 'ignore' }),
  );
  try {
    console.error(`Testing beside ${loops} endless loops.`);
    const line =
      files.length === 0
        ? [path.join(root, 'scripts', 'bootstrap.mjs'), 'test']
        : [path.join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...files];
    return await run(node, line, { cwd: root });
  } finally {
    for (const loop of busy) loop.kill('SIGKILL');
  }
}

process.exitCode = await main(process.argv.slice(2));
