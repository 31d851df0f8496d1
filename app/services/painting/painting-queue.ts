import { stopped, throwIfCancelled } from '../../../foundation/concurrency.ts';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LikenessError, toLikenessError } from '../../../contract/errors.ts';
import type {
  PaintingSettings,
  JobState,
  PaintingJob,
  JobProgress,
} from '../../../contract/paintings.ts';
import {
  checkOutput,
  writeWhole,
  type OutputCheck,
} from '../../../foundation/files/output-file.ts';
import {
  endJob,
  findJob,
  listAttendedJobs,
  beatJobs,
  insertActivity,
  reportJob,
  startNextJob,
  wishForJob,
  type Store,
  type JobRecord,
  type Beat,
  type JobEnd,
  type JobWish,
} from '../../../db/store.ts';
import type { Progress } from '../../../contract/values.ts';
import { unconfined } from '../../../foundation/files/confinement.ts';
import type { ModelHost } from '../../model-host/types.ts';
import type { EventBus } from '../events.ts';
import type { PictureNames } from '../picture-names.ts';

const FORMATS = ['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff'];

/** The same settings wherever the process that paints may run. */
export const withFullPaths = (settings: PaintingSettings): PaintingSettings => ({
  ...settings,
  content: path.resolve(settings.content),
  styles: settings.styles.map((style) => ({
    ...style,
    path: path.resolve(style.path),
    ...(style.mask === undefined ? {} : { mask: path.resolve(style.mask) }),
  })),
  initial:
    typeof settings.initial === 'string'
      ? settings.initial
      : { path: path.resolve(settings.initial.path) },
});

/**
 * The full path of a picture that can be written there: better said now than after an hour.
 *
 * @throws LikenessError invalid_input, and as `checkOutput`
 */
export async function outputPath(output: string, check: OutputCheck): Promise<string> {
  if (FORMATS.includes(path.extname(output).toLowerCase())) return await checkOutput(output, check);
  throw new LikenessError(
    'invalid_input',
    `${output} is no name for a picture that can be written: it must end in ${FORMATS.join(', ')}.`,
    { details: { fields: [{ field: 'output', message: 'has an unknown format' }] } },
  );
}

/** All pictures that a painting is made from. */
export const picturesOf = ({ content, styles, initial }: PaintingSettings): string[] => [
  content,
  ...styles.flatMap((style) => [style.path, ...(style.mask === undefined ? [] : [style.mask])]),
  ...(typeof initial === 'string' ? [] : [initial.path]),
];

/** Where the states of paintings lie, and paintings for which no place was named. */
export const checkpointFolder = (store: Store): string =>
  path.join(path.dirname(store.file), 'paintings');

/** Where the state of a painting lies between its steps. */
export const checkpointPath = (store: Store, id: number): string =>
  path.join(checkpointFolder(store), `${id}.checkpoint`);

/** A file for a painting of this content, named after it and the time; nobody else has the name. */
export async function newPaintingPath(store: Store, content: string, now: Date): Promise<string> {
  const folder = checkpointFolder(store);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stamp = now.toISOString().replaceAll(/[-:]/gu, '').slice(0, 15);
  const suffix = randomBytes(2).toString('hex');
  const name = path.parse(content).name.slice(0, 40);
  return path.join(folder, `${name}-${stamp}-${suffix}.tif`);
}

const makeCheckpointFolder = (checkpoint: string): Promise<string | undefined> =>
  mkdir(path.dirname(checkpoint), { recursive: true, mode: 0o700 });

export const removeCheckpoint = (store: Store, id: number): Promise<void> =>
  rm(checkpointPath(store, id), { force: true });

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

const isAttended = ({ state }: { readonly state: JobState }): boolean =>
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

/** Milliseconds between two signs of life. */
const PULSE = 1000;
/** Milliseconds between two looks at a job that somebody waits for. */
const LOOK = 100;

/** Least milliseconds between two events of one painting's progress. */
const TELL = 250;

/** A host that dies so often without getting any further will not get any further. */
const CRASHES_IN_PLACE = 2;

interface Current {
  readonly job: JobRecord;
  progress: JobProgress | null;
  /** What it was stopped for. */
  wish: JobWish | null;
  writingPreview: boolean;
  /** When windows were last told, in milliseconds on the clock of the process. */
  toldAt: number;
}

type Listener = (progress: Progress) => void;

/**
 * Paints the queued jobs of this process, one after the other. The database is the truth: other
 * processes see the state there, and leave there what they want of a job.
 */
export class PaintingQueue {
  readonly #runner = `${process.pid}:${randomUUID()}`;
  readonly #store: Store;
  readonly #studio: ModelHost;
  readonly #now: () => Date;
  readonly #events: EventBus;
  readonly #pictureNames: PictureNames;
  readonly #listeners = new Map<number, Set<Listener>>();
  #current: Current | null = null;
  #working: Promise<void> | null = null;
  /** Settles when the checkpoint of the last painting that is over is gone. */
  #clearing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    store: Store,
    studio: ModelHost,
    now: () => Date,
    events: EventBus,
    pictureNames: PictureNames,
  ) {
    this.#store = store;
    this.#studio = studio;
    this.#now = now;
    this.#events = events;
    this.#pictureNames = pictureNames;
  }

  /** What a job that is queued here is marked with. */
  get beat(): Beat {
    return { runner: this.#runner, at: this.#now().toISOString() };
  }

  /** Begins with what is queued, unless it is at work already. */
  wake(): void {
    // Jobs of others follow the one of whoever wakes it.
    this.#working ??= unconfined(() => this.#work()).finally(() => {
      this.#working = null;
    });
    this.#working.catch(() => undefined);
  }

  /** Pauses or cancels a job, wherever it is; settles when it has stopped. */
  async stop(id: number, wish: JobWish): Promise<void> {
    const job = requireJob(this.#store, id);
    if (job.state !== 'running') {
      this.#end(id, { state: wish }, null);
      if (wish === 'cancelled') await removeCheckpoint(this.#store, id);
    } else if (this.#current?.job.id === id) await this.#stopCurrent(this.#current, wish);
    else {
      this.#store.write((tables) => wishForJob(tables, id, wish));
      await this.#whileAttended(id);
    }
  }

  /** How many paintings somebody follows. */
  get followed(): number {
    return this.#listeners.size;
  }

  /** Settles when nobody works on the job any more; tells meanwhile how far it is. */
  async follow(id: number, listener: Listener, signal: AbortSignal): Promise<void> {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    try {
      await this.#whileAttended(id, signal, (job) => {
        if (job.runner !== this.#runner && job.progress !== null)
          listener(asProgress(job.progress));
      });
      await this.#clearing;
    } finally {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(id);
    }
  }

  /** Pauses what is queued and what is painted; nothing is begun afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#current !== null) await this.#stopCurrent(this.#current, 'paused');
    await this.#working?.catch(() => undefined);
  }

  async #work(): Promise<void> {
    const pulse = setInterval(() => this.#showLife(), PULSE);
    try {
      for (;;) {
        const job = this.#store.write((tables) => startNextJob(tables, this.beat));
        if (job === undefined) return;
        if (this.#closed) this.#end(job.id, { state: 'paused' });
        else await this.#paint(job);
      }
    } finally {
      clearInterval(pulse);
    }
  }

  async #paint(job: JobRecord): Promise<void> {
    const current: Current = { job, progress: null, wish: null, writingPreview: false, toldAt: 0 };
    this.#current = current;
    this.#tell(job.id);
    const end = await this.#outcome(current);
    this.#current = null;
    this.#report(current);
    this.#end(job.id, end);
    if (end.state !== 'done' && end.state !== 'cancelled') return;
    this.#clearing = removeCheckpoint(this.#store, job.id);
    await this.#clearing;
  }

  async #outcome(current: Current): Promise<JobEnd> {
    let crashes = 0;
    let reached = -1;
    for (;;) {
      try {
        return { state: 'done', result: await this.#request(current) };
      } catch (thrown) {
        const error = this.#pictureNames.inPlain(toLikenessError(thrown));
        if (current.wish !== null) return { state: current.wish };
        // The host was closed with the application.
        if (error.code === 'cancelled') return { state: 'paused' };
        const step = current.progress?.step ?? 0;
        crashes = step > reached ? 1 : crashes + 1;
        reached = step;
        if (error.code !== 'host_crashed' || crashes > CRASHES_IN_PLACE)
          return { state: 'failed', error: error.toData() };
      }
    }
  }

  async #request(current: Current) {
    const { id, settings, output, previewFile } = current.job;
    const checkpoint = checkpointPath(this.#store, id);
    await makeCheckpointFolder(checkpoint);
    // A stop that came before the host knows of the painting has stopped nothing there.
    if (current.wish !== null) throw stopped();
    return this.#studio.request(
      'paint',
      {
        job: id,
        settings,
        output,
        checkpoint,
        previews: previewFile !== null || this.#events.isHeard,
      },
      { onProgress: (progress) => this.#hear(current, progress) },
    );
  }

  #hear(current: Current, progress: Progress): void {
    const { done: step, total: steps = step, painting } = progress;
    if (painting !== undefined) {
      const { losses, share, secondsLeft, preview } = painting;
      current.progress = { step, steps, losses, share, secondsLeft };
      if (preview !== undefined) void this.#showPreview(current, preview);
      this.#tellProgress(current, preview);
    }
    this.#listeners.get(current.job.id)?.forEach((listener) => listener(progress));
  }

  /** A preview that cannot be written is no reason to stop: the next may be. */
  async #showPreview(current: Current, preview: Uint8Array): Promise<void> {
    const { previewFile } = current.job;
    if (previewFile === null || current.writingPreview) return;
    current.writingPreview = true;
    await writeWhole(previewFile, preview, { mode: 0o666 }).catch(() => undefined);
    current.writingPreview = false;
  }

  async #stopCurrent(current: Current, wish: JobWish): Promise<void> {
    current.wish = wish;
    await this.#studio.request('stopPainting', { job: current.job.id }).catch(() => undefined);
    await this.#whileAttended(current.job.id);
  }

  #showLife(): void {
    const wanted = this.#store.write((tables) => beatJobs(tables, this.beat));
    const current = this.#current;
    if (current === null) return;
    const wish = wanted.find(({ id }) => id === current.job.id)?.wanted ?? null;
    const isOurs = this.#report(current);
    // Somebody has taken the job over: it is theirs to go on with.
    const stop = isOurs ? wish : 'paused';
    // Nobody waits for it here; whoever asked for it sees the state of the job.
    if (stop !== null) this.#stopCurrent(current, stop).catch(() => undefined);
  }

  #report({ job, progress }: Current): boolean {
    if (progress === null) return true;
    return this.#store.write((tables) => reportJob(tables, job.id, progress, this.beat));
  }

  #end(id: number, end: JobEnd, runner: string | null = this.#runner): void {
    const { at } = this.beat;
    this.#store.write((tables) => {
      const ended = endJob(tables, id, end, { runner, at });
      if (ended && end.state === 'done')
        insertActivity(tables, { kind: 'painted', personId: null, counts: {}, createdAt: at });
    });
    this.#tell(id);
    if (end.state === 'done') this.#events.emit('activity.added', {});
  }

  #tellProgress(current: Current, preview: Uint8Array<ArrayBuffer> | undefined): void {
    const now = performance.now();
    if (now - current.toldAt < TELL) return;
    current.toldAt = now;
    this.#tell(current.job.id, { progress: current.progress }, preview);
  }

  /** Tells windows what the database says of a job, and what it does not say yet. */
  #tell(id: number, news: Partial<PaintingJob> = {}, preview?: Uint8Array<ArrayBuffer>): void {
    if (!this.#events.isHeard) return;
    const job = this.#store.read((tables) => findJob(tables, id));
    if (job === undefined) return;
    const shown = preview === undefined ? {} : { preview };
    this.#events.emit('painting.changed', { job: { ...jobOf(job), ...news }, ...shown });
  }

  async #whileAttended(
    id: number,
    signal?: AbortSignal,
    look: (job: JobRecord) => void = () => undefined,
  ): Promise<void> {
    for (;;) {
      const job = requireJob(this.#store, id);
      if (!isAttended(job)) return;
      look(job);
      throwIfCancelled(signal);
      await pause(LOOK);
    }
  }
}

const asProgress = ({ step, steps, losses, share, secondsLeft }: JobProgress): Progress => ({
  stage: 'Painting',
  done: step,
  total: steps,
  painting: { losses, share: share ?? step / steps, secondsLeft },
});
