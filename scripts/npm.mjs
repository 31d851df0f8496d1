import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { StartError } from './start-error.mjs';

/** Runs npm under the given Node, its output on standard error; gives its exit code. */
export function npm(node, args, cwd) {
  return run(node, [npmCli(), ...args], {
    cwd,
    quiet: true,
    // The Node that npm itself was started with would decide for its children otherwise.
    env: { ONNXRUNTIME_NODE_INSTALL: 'skip', npm_node_execpath: node },
  });
}

/**
 * npm's JavaScript entry. Running it through Node avoids `npm.cmd`, which Windows starts only
 * through a shell with its own quoting.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function npmCli(env = process.env, execPath = process.execPath) {
  const found = npmCandidates(env, execPath).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new StartError('npm was not found beside Node. Start with `npm start` or `npm test`.');
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} execPath
 * @returns {string[]}
 */
export function npmCandidates({ npm_execpath: running }, execPath) {
  const bin = path.dirname(execPath);
  const inModules = path.join('node_modules', 'npm', 'bin', 'npm-cli.js');
  return [
    ...(running?.endsWith('npm-cli.js') ? [running] : []),
    path.join(bin, inModules),
    path.join(bin, '..', 'lib', inModules),
    path.join(bin, '..', 'share', inModules),
    path.join(bin, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ];
}
