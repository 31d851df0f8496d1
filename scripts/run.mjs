import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { StartError } from './start-error.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `node args…` on our own terminal until it ends; gives its exit code (128 + n for signal n).
 * `quiet` sends its standard output to standard error, so that ours stays the command's own.
 */
export function run(node, args, { cwd, env = {}, quiet = false }) {
  const child = spawn(node, args, {
    cwd,
    env: childEnvironment(node, env),
    stdio: ['inherit', quiet ? process.stderr : 'inherit', 'inherit'],
  });
  const release = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(new StartError(`${node} could not be started: ${error.message}`)),
    );
    child.on('exit', (code, signal) => resolve(exitCode(code, signal)));
  }).finally(release);
}

export function exitCode(code, signal) {
  return signal === null ? code : 128 + (os.constants.signals[signal] ?? 0);
}

/** Whatever the child starts by the name `node` is the same Node. */
function childEnvironment(node, extra) {
  const PATH = [path.dirname(node), process.env.PATH].filter(Boolean).join(path.delimiter);
  return { ...process.env, PATH, ...extra };
}

function forwardSignals(child) {
  const handlers = SIGNALS.map((signal) => {
    // Ctrl-C in a terminal reaches the child by itself; a second copy would mean "at once!".
    const handle = () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    process.on(signal, handle);
    return () => process.off(signal, handle);
  });
  return () => handlers.forEach((off) => off());
}
