import { setTimeout as pause } from 'node:timers/promises';
import { LikenessError } from '../../../contract/errors.ts';
import type { JobState, PaintingJob } from '../../../contract/painting.ts';
import {
  endJob,
  findJob,
  listAttendedJobs,
  type JobRecord,
  type Store,
} from '../../../db/store.ts';

/** A process that has not shown for so many milliseconds that it is alive is taken for dead. */
const SILENCE = 30_000;
/** Milliseconds in which a process that paints gives several signs of life. */
const BEATS = 3_000;

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

/**
 * Pauses the jobs whose process is gone: they can go on from their checkpoint. Where a process of
 * that number lives, but its sign of life is far from the time, the clock may have jumped: then
 * only one that gives no further sign within a few beats is taken for another process.
 */
export async function pauseAbandoned(store: Store, now: () => Date): Promise<void> {
  const jobs = store.read(listAttendedJobs);
  const doubtful = jobs.filter((job) => !isGone(job) && !isTimely(job, now()));
  if (doubtful.length > 0) await pause(BEATS);
  const heard = new Set(doubtful.map(({ id, beatAt }) => `${id} ${beatAt}`));
  store.write((tables) => {
    const end = { runner: null, at: now().toISOString() };
    for (const job of listAttendedJobs(tables))
      if (isGone(job) || heard.has(`${job.id} ${job.beatAt}`))
        endJob(tables, job.id, { state: 'paused' }, end);
  });
}

const isGone = ({ runner, beatAt }: JobRecord): boolean =>
  runner === null || beatAt === null || !isAlive(Number.parseInt(runner, 10));

const isTimely = ({ beatAt }: JobRecord, now: Date): boolean =>
  Math.abs(now.getTime() - Date.parse(beatAt!)) <= SILENCE;

function isAlive(pid: number): boolean {
  try {
    // Signal 0 only asks.
    return process.kill(pid, 0);
  } catch (thrown) {
    // A process of somebody else is alive as well.
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
