import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { digest } from './digest.mjs';
import { withLock } from './lock.mjs';
import { npm } from './npm.mjs';
import { StartError } from './start-error.mjs';

/** `npm ci` where package-lock.json changed or node_modules is incomplete. */
export async function installIfNeeded(root, node) {
  if (isStamped(root)) return;
  await withLock(root, async () => {
    if (isStamped(root)) return;
    if (!isComplete(root)) await install(root, node);
    writeFileSync(stampFile(root), stampText(root));
  });
}

async function install(root, node) {
  console.error('Installing dependencies …');
  // npm empties node_modules bit by bit; without the stamp an interruption is noticed next time.
  rmSync(stampFile(root), { force: true });
  const code = await npm(node, ['ci', '--include=dev', '--include=optional'], root);
  if (code !== 0)
    throw new StartError(
      `npm ci failed with exit code ${code}; its own words are above. Check the network and run this again.`,
    );
  // An npm that outlived an interrupted start may still have been at work in the same folder.
  if (!isComplete(root))
    throw new StartError('node_modules is incomplete after npm ci. Run this again.');
}

/** Inside node_modules, so that it goes when npm or a person removes the folder. */
const stampFile = (root) => path.join(root, 'node_modules', '.likeness-installed');

const stampText = (root) =>
  `${process.platform}-${process.arch} ${digest(root, ['package-lock.json'])}\n`;

function isStamped(root) {
  return existsSync(stampFile(root)) && readFileSync(stampFile(root), 'utf8') === stampText(root);
}

/**
 * @typedef {{ os: string, cpu: string, libc: string }} Machine
 * @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockEntry
 */

/**
 * Whether every package of the lock file that belongs on this machine lies there in its version.
 *
 * @param {string} root
 * @param {Machine} machine
 */
export function isComplete(root, machine = thisMachine()) {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(([folder, entry]) => folder !== '' && isWanted(entry, machine))
    .every(([folder, entry]) => installedVersion(root, folder) === entry.version);
}

/**
 * Optional packages without a platform are fall-backs that npm may leave out.
 *
 * @param {LockEntry} entry
 * @param {Machine} machine
 */
export function isWanted({ optional, os, cpu, libc }, machine) {
  if (!optional) return true;
  if (os === undefined || cpu === undefined) return false;
  const fits = (allowed, value) => allowed === undefined || allowed.includes(value);
  return fits(os, machine.os) && fits(cpu, machine.cpu) && fits(libc, machine.libc);
}

function thisMachine() {
  const glibc = process.report?.getReport().header.glibcVersionRuntime;
  return { os: process.platform, cpu: process.arch, libc: glibc === undefined ? 'musl' : 'glibc' };
}

function installedVersion(root, folder) {
  const file = path.join(root, folder, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

/** The JavaScript file behind an installed package's command, of the same (or its only) name if not said. */
export function packageBin(root, name, command = name === 'typescript' ? 'tsc' : name) {
  const folder = path.join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[command]);
}
