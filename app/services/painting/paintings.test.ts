import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LikenessError } from '../../../contract/errors.ts';
import { PaintingSettings } from '../../../contract/paintings.ts';
import type { Progress } from '../../../contract/values.ts';
import { insertJob, startNextJob } from '../../../db/store.ts';
import { testApplication, type TestApplication } from '../testing/application.ts';
import { FakeStudio } from '../testing/fake-studio.ts';
import { EventBus } from '../events.ts';
import { PictureNames } from '../picture-names.ts';
import { checkpointPath, PaintingQueue } from './painting-queue.ts';

interface Studio {
  readonly studio: FakeStudio;
  readonly app: TestApplication;
  readonly output: string;
}

function open(folder?: string): Studio {
  const studio = new FakeStudio();
  const app = testApplication({ studio, ...(folder === undefined ? {} : { folder }) });
  onTestFinished(() => app.close());
  return { studio, app, output: path.join(app.folder, 'painting.png') };
}

const settings = (steps: number) => ({
  content: '/photos/bridge.jpg',
  styles: [{ path: '/photos/night.jpg' }],
  steps,
});

const create = async ({ app, output }: Studio, steps = 10): Promise<number> =>
  (await app.run('paintings.create', { settings: settings(steps), output })).job.id;

const wait = async ({ app }: Studio, id: number, onProgress?: (progress: Progress) => void) =>
  (await app.run('paintings.wait', { id }, onProgress === undefined ? {} : { onProgress })).job;

const show = async ({ app }: Studio, id: number) => (await app.run('paintings.show', { id })).job;

/** Resolves once the job has made so many steps. */
const afterSteps = (studio: Studio, id: number, steps: number) =>
  new Promise<void>((resolve, reject) => {
    wait(studio, id, ({ done }) => {
      if (done >= steps) resolve();
    }).catch(reject);
  });

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1).join(' ');

describe('a painting', () => {
  test('that was followed to its end is not kept in mind', async () => {
    const studio = open();
    const { store } = studio.app;
    const id = await create(studio);
    const events = new EventBus();
    const queue = new PaintingQueue(
      ...([store, studio.studio, () => new Date(), events, new PictureNames(store)] as const),
    );
    const following = queue.follow(id, () => undefined, new AbortController().signal);
    expect(queue.followed).toBe(1);
    await following;
    expect(queue.followed).toBe(0);
    await queue.close();
  });

  test('is queued, painted and done, and leaves no checkpoint', async () => {
    const studio = open();
    const { job } = await studio.app.run('paintings.create', {
      settings: settings(10),
      output: studio.output,
    });
    expect(job).toMatchObject({ id: 1, progress: null, result: null, error: null });
    expect(['queued', 'running']).toContain(job.state);
    const seen: number[] = [];
    const done = await wait(studio, job.id, (progress) => seen.push(progress.done));
    expect(done).toMatchObject({ state: 'done', progress: { step: 10 }, result: { steps: 10 } });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(readFileSync(studio.output, 'utf8')).toBe(numbers(10));
    expect(existsSync(checkpointPath(studio.app.store, job.id))).toBe(false);
  });

  test('waits for the one before it', async () => {
    const studio = open();
    const [first, second] = [await create(studio, 20), await create(studio, 5)];
    await afterSteps(studio, first, 3);
    expect((await show(studio, second)).state).toBe('queued');
    expect((await wait(studio, second)).state).toBe('done');
    const { jobs } = await studio.app.run('paintings.list', {});
    expect(jobs.map(({ id, state }) => [id, state])).toEqual([
      [second, 'done'],
      [first, 'done'],
    ]);
  });

  test('shows itself in a preview file', async () => {
    const studio = open();
    const previewFile = path.join(studio.app.folder, 'preview.jpg');
    const { output } = studio;
    const input = { settings: settings(5), output, previewFile };
    const { job } = await studio.app.run('paintings.create', input);
    await wait(studio, job.id);
    await expect.poll(() => existsSync(previewFile)).toBe(true);
  });

  test.each([
    ['painting.gif', 'invalid_input'],
    ['no/such/folder/painting.png', 'file_not_found'],
    ['data/likeness.db/painting.png', 'file_not_directory'],
  ])('that could not be written to %s is refused at once', async (name, code) => {
    const { app } = open();
    const output = path.join(app.folder, name);
    const refused = app.run('paintings.create', { settings: settings(1), output });
    await expect(refused).rejects.toMatchObject({ code });
    expect((await app.run('paintings.list', {})).jobs).toEqual([]);
  });

  test('fails with what the studio says, and can go on to another file', async () => {
    const studio = open();
    studio.studio.failure = new LikenessError('disk_full', 'The disk is full.');
    const id = await create(studio);
    expect(await wait(studio, id)).toMatchObject({ state: 'failed', error: { code: 'disk_full' } });
    studio.studio.failure = null;
    const output = path.join(studio.app.folder, 'elsewhere.png');
    await studio.app.run('paintings.resume', { id, output });
    expect(await wait(studio, id)).toMatchObject({ state: 'done', output, error: null });
    expect(existsSync(output)).toBe(true);
  });
});

describe('pausing', () => {
  test('stops, keeps the checkpoint and goes on to the same picture', async () => {
    const studio = open();
    const id = await create(studio, 40);
    await afterSteps(studio, id, 5);
    expect((await studio.app.run('paintings.pause', { id })).job.state).toBe('paused');
    expect(existsSync(checkpointPath(studio.app.store, id))).toBe(true);
    await studio.app.run('paintings.resume', { id });
    expect((await wait(studio, id)).state).toBe('done');
    expect(studio.studio.begun[1]).toBeGreaterThan(5);
    expect(readFileSync(studio.output, 'utf8')).toBe(numbers(40));
  });

  test('by whoever stops to wait, who hears how to go on', async () => {
    const studio = open();
    const id = await create(studio, 1000);
    const { signal, ...controller } = abortable();
    const waiting = studio.app.run('paintings.wait', { id }, { signal });
    await afterSteps(studio, id, 3);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({
      code: 'cancelled',
      details: { output: studio.output },
    });
    expect((await show(studio, id)).state).toBe('paused');
  });

  test('by closing the application', async () => {
    const studio = open();
    const [id, next] = [await create(studio, 1000), await create(studio, 5)];
    await afterSteps(studio, id, 3);
    await studio.app.close();
    expect(await show(studio, id)).toMatchObject({ state: 'paused' });
    expect(await show(studio, next)).toMatchObject({ state: 'paused' });
  });

  test.each(['paintings.pause', 'paintings.cancel', 'paintings.resume'] as const)(
    '%s of a painting that is done is refused',
    async (command) => {
      const studio = open();
      const id = await create(studio, 1);
      await wait(studio, id);
      const refused = studio.app.run(command, { id });
      await expect(refused).rejects.toMatchObject({
        code: 'job_state',
        details: { state: 'done' },
      });
    },
  );

  test('of a painting that there is not is refused', async () => {
    const refused = open().app.run('paintings.pause', { id: 7 });
    await expect(refused).rejects.toMatchObject({ code: 'job_not_found' });
  });
});

const abortable = () => {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
};

test('cancelling ends it and throws the checkpoint away', async () => {
  const studio = open();
  const id = await create(studio, 1000);
  await afterSteps(studio, id, 3);
  expect((await studio.app.run('paintings.cancel', { id })).job.state).toBe('cancelled');
  await expect.poll(() => existsSync(checkpointPath(studio.app.store, id))).toBe(false);
  expect(existsSync(studio.output)).toBe(false);
});

describe('a studio that dies', () => {
  test('is started again, and the painting goes on from its checkpoint', async () => {
    const studio = open();
    studio.studio.crashAt = 7;
    const id = await create(studio);
    expect((await wait(studio, id)).state).toBe('done');
    expect(studio.studio.begun).toEqual([1, 7]);
    expect(readFileSync(studio.output, 'utf8')).toBe(numbers(10));
  });

  test('again and again without getting further fails the painting', async () => {
    const studio = open();
    studio.studio.failure = new LikenessError('host_crashed', 'The model process died.');
    const job = await wait(studio, await create(studio));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'host_crashed' } });
    expect(studio.studio.begun).toHaveLength(3);
  });
});

describe('another process', () => {
  /** Leaves a running job in the database as a process with the given number would. */
  function abandon({ app, output }: Studio, pid: number, beatAt: Date): number {
    const beat = { runner: `${pid}:x`, at: beatAt.toISOString() };
    return app.store.write((tables) => {
      const full = PaintingSettings.parse(settings(10));
      const id = insertJob(tables, { settings: full, output, previewFile: null }, beat);
      startNextJob(tables, beat);
      return id;
    });
  }

  test('that is dead has left its painting paused; it can be resumed here', async () => {
    const studio = open();
    const { pid } = spawnSync(process.execPath, ['--version']);
    const id = abandon(studio, pid, new Date());
    expect((await show(studio, id)).state).toBe('paused');
    await studio.app.run('paintings.resume', { id });
    expect((await wait(studio, id)).state).toBe('done');
  });

  test('that has been silent for long has, too', async () => {
    const studio = open();
    const id = abandon(studio, process.pid, new Date(Date.now() - 60_000));
    expect((await show(studio, id)).state).toBe('paused');
  });

  test('that is alive keeps its painting', async () => {
    const studio = open();
    const id = abandon(studio, process.pid, new Date());
    expect((await show(studio, id)).state).toBe('running');
    await expect(studio.app.run('paintings.resume', { id })).rejects.toMatchObject({
      code: 'job_state',
    });
  });

  test('is asked to pause, and does', async () => {
    const ours = open();
    const id = await create(ours, 5000);
    await afterSteps(ours, id, 2);
    const theirs = open(ours.app.folder);
    expect((await theirs.app.run('paintings.pause', { id })).job.state).toBe('paused');
    expect((await wait(ours, id)).state).toBe('paused');
  });
});
