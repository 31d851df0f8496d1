import type { ErrorData } from '../../contract/errors.ts';
import type {
  JobProgress,
  JobState,
  PaintingResult,
  PaintingSettings,
} from '../../contract/paintings.ts';
import { change, changeOne, select, type ReadableStore, type WritableStore } from '../access.ts';

/** What somebody asks of a job that another process paints. */
export type JobWish = 'paused' | 'cancelled';

export interface JobRecord {
  readonly id: number;
  readonly state: JobState;
  readonly settings: PaintingSettings;
  readonly output: string;
  readonly previewFile: string | null;
  readonly progress: JobProgress | null;
  readonly result: PaintingResult | null;
  readonly error: ErrorData | null;
  /** The process that has the job in its queue or paints it; null for all others. */
  readonly runner: string | null;
  readonly wanted: JobWish | null;
  /** When the runner has last shown that it is alive. ISO 8601, UTC, like all times. */
  readonly beatAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type NewJob = Pick<JobRecord, 'settings' | 'output' | 'previewFile'>;

/** A process that runs jobs, and what time it is. */
export interface Beat {
  readonly runner: string;
  readonly at: string;
}

interface Row extends Omit<JobRecord, 'settings' | 'progress' | 'result' | 'error'> {
  readonly settings: string;
  readonly progress: string | null;
  readonly result: string | null;
  readonly error: string | null;
}

const SELECT = `
  SELECT id, state, settings, output, preview_file AS previewFile, progress, result, error, runner,
    wanted, beat_at AS beatAt, created_at AS createdAt, updated_at AS updatedAt
  FROM jobs`;

/** Queues a job and gives its number. */
export function insertJob(
  store: WritableStore,
  { settings, output, previewFile }: NewJob,
  { runner, at }: Beat,
): number {
  const [row] = select<{ readonly id: number }>(
    store,
    `INSERT INTO jobs (state, settings, output, preview_file, runner, beat_at, created_at, updated_at)
     VALUES ('queued', ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    JSON.stringify(settings),
    output,
    previewFile,
    ...[runner, at, at, at],
  );
  return row!.id;
}

export function findJob(store: ReadableStore, id: number): JobRecord | undefined {
  const [row] = select<Row>(store, `${SELECT} WHERE id = ?`, id);
  return row && parse(row);
}

/** The newest first. */
export const listJobs = (store: ReadableStore): JobRecord[] =>
  select<Row>(store, `${SELECT} ORDER BY id DESC`).map(parse);

/** Those that some process has taken charge of, the oldest first. */
export const listAttendedJobs = (store: ReadableStore): JobRecord[] =>
  select<Row>(store, `${SELECT} WHERE state IN ('queued', 'running') ORDER BY id`).map(parse);

/** The runner's next job becomes `running`; undefined where its queue is empty. */
export function startNextJob(store: WritableStore, { runner, at }: Beat): JobRecord | undefined {
  const [row] = select<{ readonly id: number }>(
    store,
    `UPDATE jobs SET state = 'running', error = NULL, beat_at = ?, updated_at = ?
     WHERE id = (SELECT min(id) FROM jobs WHERE state = 'queued' AND runner = ?) RETURNING id`,
    ...[at, at, runner],
  );
  return row && findJob(store, row.id);
}

/** Puts a job that is in none back into a queue, perhaps with other files to write. */
export function requeueJob(
  store: WritableStore,
  id: number,
  { output, previewFile }: Omit<NewJob, 'settings'>,
  { runner, at }: Beat,
): void {
  changeOne(
    store,
    `UPDATE jobs SET state = 'queued', output = ?, preview_file = ?, error = NULL, wanted = NULL,
       runner = ?, beat_at = ?, updated_at = ? WHERE id = ?`,
    ...[output, previewFile, runner, at, at, id],
  );
}

/** Shows that a runner is alive, and gives its jobs of which something is wanted. */
export function beatJobs(store: WritableStore, { runner, at }: Beat): JobRecord[] {
  change(store, 'UPDATE jobs SET beat_at = ? WHERE runner = ?', at, runner);
  return select<Row>(store, `${SELECT} WHERE runner = ? AND wanted IS NOT NULL`, runner).map(parse);
}

/** False where the job is not the runner's any more: somebody took it for dead. */
export const reportJob = (
  store: WritableStore,
  id: number,
  progress: JobProgress,
  { runner, at }: Beat,
): boolean =>
  change(
    store,
    'UPDATE jobs SET progress = ?, updated_at = ? WHERE id = ? AND runner = ?',
    ...[JSON.stringify(progress), at, id, runner],
  ) === 1;

export const wishForJob = (store: WritableStore, id: number, wanted: JobWish): void =>
  changeOne(store, 'UPDATE jobs SET wanted = ? WHERE id = ?', wanted, id);

export const removeJob = (store: WritableStore, id: number): void =>
  changeOne(store, 'DELETE FROM jobs WHERE id = ?', id);

/** How a job leaves its queue. */
export interface JobEnd {
  readonly state: Exclude<JobState, 'queued' | 'running'>;
  readonly result?: PaintingResult;
  readonly error?: ErrorData;
}

/** Ends what a runner has to do with a job; null stands for whoever it was. */
export const endJob = (
  store: WritableStore,
  id: number,
  { state, result, error }: JobEnd,
  { runner, at }: { readonly runner: string | null; readonly at: string },
): boolean =>
  change(
    store,
    `UPDATE jobs SET state = ?, result = ?, error = ?, runner = NULL, wanted = NULL,
       beat_at = NULL, updated_at = ? WHERE id = ? AND (runner = ? OR ? IS NULL)`,
    ...[state, json(result), json(error), at, id, runner, runner],
  ) === 1;

const json = (value: object | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value);

const parse = ({ settings, progress, result, error, ...row }: Row): JobRecord => ({
  ...row,
  settings: JSON.parse(settings) as PaintingSettings,
  progress: JSON.parse(progress ?? 'null') as JobProgress | null,
  result: JSON.parse(result ?? 'null') as PaintingResult | null,
  error: JSON.parse(error ?? 'null') as ErrorData | null,
});
