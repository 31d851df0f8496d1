import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * Mounts a disk of so many bytes at the folder, until the test ends. Gives whether that is allowed
 * here; says so where it is not, so that the test can be skipped loudly.
 */
export function mountSmallDisk(folder: string, bytes: number): boolean {
  mkdirSync(folder, { recursive: true });
  try {
    const options = `size=${Math.ceil(bytes / 1024)}k`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    console.warn('A full disk is not tested: mounting a small one is not allowed here.');
    return false;
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
  });
  return true;
}

/** Fills the disk of a folder up to so many bytes; gives a function that empties it again. */
export function fillDisk(folder: string, leaving = 0): () => void {
  const file = path.join(folder, '.filler');
  const handle = openSync(file, 'w');
  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  try {
    for (let left = free() - leaving; left > 0; left = free() - leaving)
      writeSync(handle, Buffer.alloc(Math.min(left, 1 << 20)));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
  } finally {
    closeSync(handle);
  }
  return () => rmSync(file);
}
