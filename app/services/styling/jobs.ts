import { LikenessError } from '../../contract/errors.ts';
import type { JobState, PaintingJob } from '../../contract/painting.ts';
import {
  endJob,
  findJob,
  listAttendedJobs,
  type JobRecord,
  type Store,
  type WritableStore,
} from '../../../db/store.ts';

/** A process that has not shown for so many milliseconds that it is alive is taken for dead. */
const SILENCE = 30_000;

/** Without what only the processes of Likeness have to know. */
export function jobOf(record: JobRecord): PaintingJob {
  const { id, state, settings, output, progress, result, error, createdAt, updatedAt } = record;
  return { id, state, settings, output, progress, result, error, createdAt, updatedAt };
}

/** @throws LikenessError job_not_found */
export function requireJob(store: Store, id: number): JobRecord {
  const job = store.read((tables) => findJob(tables, id));
  if (job !== undefined) return job;
  throw new LikenessError('job_not_found', `There is no painting with the number ${id}.`, {
    details: { id },
  });
}

export const isAttended = ({ state }: { readonly state: JobState }): boolean =>
  state === 'queued' || state === 'running';

/** Jobs whose process is gone are paused: they can go on from their checkpoint. */
export function pauseAbandoned(tables: WritableStore, now: Date): void {
  const at = now.toISOString();
  for (const job of listAttendedJobs(tables))
    if (isAbandoned(job, now)) endJob(tables, job.id, { state: 'paused' }, { runner: null, at });
}

function isAbandoned({ runner, beatAt }: JobRecord, now: Date): boolean {
  if (runner === null || beatAt === null) return true;
  return !isAlive(Number.parseInt(runner, 10)) || now.getTime() - Date.parse(beatAt) > SILENCE;
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 only asks.
    return process.kill(pid, 0);
  } catch (thrown) {
    // A process of somebody else is alive as well.
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
