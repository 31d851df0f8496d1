import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT_MS = 2_000;
/** A holder on another machine or in another container, silent for this long, is taken for dead. */
const SILENT_MS = 30_000;

/**
 * Runs `work` while no other bootstrap of this checkout installs or builds. The lock is a file
 * that its holder touches; a lock whose process is gone, or which nobody touches, is broken.
 */
export async function withLock(root, work, { pollMs = 200, silentMs = SILENT_MS } = {}) {
  const file = path.join(root, '.cache', 'bootstrap.lock');
  mkdirSync(path.dirname(file), { recursive: true });
  await acquire(file, pollMs, silentMs);
  const beat = setInterval(() => touch(file), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(file, { force: true });
  }
}

async function acquire(file, pollMs, silentMs) {
  let seen = { mark: '', since: performance.now() };
  let told = false;
  while (!create(file)) {
    const mark = markOf(file);
    if (mark !== seen.mark) seen = { mark, since: performance.now() };
    if (isDead(mark) || performance.now() - seen.since > silentMs) breakLock(file, mark);
    else await sleep(pollMs);
    if (!told && performance.now() - seen.since > 1_000) {
      console.error('Another terminal is installing or building; waiting for it …');
      told = true;
    }
  }
}

function create(file) {
  try {
    writeFileSync(file, `${os.hostname()} ${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** "host pid time of the last touch"; empty where there is no lock any more. */
function markOf(file) {
  try {
    return `${readFileSync(file, 'utf8')} ${statSync(file).mtimeMs}`;
  } catch {
    return '';
  }
}

/** Only a process of this machine can be asked; a lock of another one has to fall silent. */
export function isDead(mark) {
  const [host, pid] = mark.split(' ');
  if (host !== os.hostname() || !/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Another waiter may have broken it and taken a new one: then its mark differs. */
function breakLock(file, mark) {
  if (mark !== '' && markOf(file) === mark) rmSync(file, { force: true });
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Somebody removed the lock by hand; the work goes on.
  }
}
