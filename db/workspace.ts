import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, type Stats } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { storeMarks } from '../foundation/files/store-files.ts';
import { sqliteCode } from './errors.ts';

const CLAIM = 'claim';
/** How the folder of an unfinished backup begins, beside the backup. */
const BACKUP_WORK = '.likeness-unfinished-';
/** What `mkdtemp` adds. */
const RANDOM = /^[A-Za-z0-9]{6}$/u;

/**
 * A folder for a copy of the database that is not finished: for its owner only, under a name that
 * nobody can foresee, so that neither links nor journals can be put in the way. As long as its
 * process lives it holds a lock inside, by which others tell it from what a dead process has left.
 * Inside a transaction that writes, no other process looks meanwhile.
 */
export class Workspace implements Disposable {
  readonly folder: string;
  readonly #claim: Database.Database;

  private constructor(prefix: string) {
    this.folder = mkdtempSync(prefix);
    try {
      this.#claim = new Database(path.join(this.folder, CLAIM), { timeout: 0 });
      this.#claim.exec('BEGIN EXCLUSIVE');
    } catch (thrown) {
      removeFolder(this.folder);
      throw thrown;
    }
  }

  /** For what ends in the folder of the database. */
  static ofStore(database: string): Workspace {
    return new Workspace(database + storeMarks.unfinished);
  }

  /** For a backup, on the disk that it goes to. */
  static forBackup(file: string): Workspace {
    return new Workspace(path.join(path.dirname(file), BACKUP_WORK));
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  [Symbol.dispose](): void {
    this.#claim.close();
    // What cannot be removed now is a leftover, which goes later.
    removeFolder(this.folder);
  }
}

/** What became of the leftovers of dead processes. */
export interface Swept {
  readonly removed: readonly string[];
  /** Those that could not be removed or reached, and those of processes that live. */
  readonly remaining: readonly string[];
}

/** All that lies beside the database and looks unfinished, whoever is at work on it. */
export function unfinishedIn(database: string): readonly string[] {
  const [folder, base] = [path.dirname(database), path.basename(database)];
  return list(folder)
    .filter((name) => isWorkspace(name, base + storeMarks.unfinished) || isFormer(name, base))
    .map((name) => path.join(folder, name));
}

/** New databases that came to nothing: there is nothing in them. */
export function abandonedNew(database: string): readonly string[] {
  const [folder, base] = [path.dirname(database), path.basename(database)];
  return list(folder)
    .filter((name) => isWorkspace(name, base + storeMarks.new))
    .map((name) => path.join(folder, name))
    .filter((file) => Math.abs(Date.now() - (statOf(file)?.mtimeMs ?? Date.now())) > 60_000);
}

/** To be called in a transaction that writes: see `Workspace`. */
export function sweep(leftovers: readonly string[]): Swept {
  const removed: string[] = [];
  const remaining: string[] = [];
  for (const file of leftovers) {
    if (statOf(file) === undefined) {
      // On a disk that is not there now it may be still.
      if (statOf(path.dirname(file)) === undefined) remaining.push(file);
    } else if (!isClaimed(file) && removeFolder(file)) removed.push(file);
    else remaining.push(file);
  }
  return { removed, remaining };
}

/** Removes it, unless it is something else than it was made as. */
function removeFolder(file: string): boolean {
  try {
    rmSync(file, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/** Whether a process that lives is at work on it. */
function isClaimed(leftover: string): boolean {
  const pid = formerOwner(path.basename(leftover));
  if (pid !== undefined) return isOf(pid, leftover);
  let claim: Database.Database | undefined;
  try {
    claim = new Database(path.join(leftover, CLAIM), { fileMustExist: true, timeout: 0 });
    claim.exec('BEGIN EXCLUSIVE');
    return false;
  } catch (thrown) {
    return sqliteCode(thrown)?.startsWith('SQLITE_BUSY') === true;
  } finally {
    claim?.close();
  }
}

const isWorkspace = (name: string, prefix: string): boolean =>
  name.startsWith(prefix) && RANDOM.test(name.slice(prefix.length));

/** Names that earlier versions gave, with the number of the process in them. */
const formerNames = [
  /\.restoring-(\d+)(?:[-.].*)?$/u,
  /\.(\d+)\.new(?:-wal|-shm|-journal)?$/u,
  /\.before-migration-\d+\.(\d+)(?:-wal|-shm|-journal)?$/u,
  /\.(\d+)\.part(?:-wal|-shm|-journal)?$/u,
];

function formerOwner(name: string): number | undefined {
  const match = formerNames.map((pattern) => pattern.exec(name)).find((found) => found !== null);
  return match === undefined ? undefined : Number(match[1]);
}

/** A backup in this folder has any name; its unfinished file ends as none of the user's does. */
const isFormer = (name: string, base: string): boolean =>
  formerOwner(name) !== undefined && (name.startsWith(base) || formerNames[3]!.test(name));

/** Whether the file is of the process that has this number now, not of one that had it before. */
function isOf(pid: number, file: string): boolean {
  // This version makes no such files.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const began = startOf(pid);
  const written = statOf(file)?.mtimeMs;
  return began === undefined || written === undefined || began <= written + 2000;
}

/** Milliseconds since 1970; undefined where the system does not tell (only Linux does, in ticks of 10 ms). */
function startOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    const boot = /^btime (\d+)$/mu.exec(readFileSync('/proc/stat', 'latin1'))!;
    return (Number(boot[1]) + Number(fields[19]) / 100) * 1000;
  } catch {
    return undefined;
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Whether a file that is to be removed as an unfinished backup has the name of one. */
export const isBackupWork = (file: string): boolean =>
  isWorkspace(path.basename(file), BACKUP_WORK);
