import { describe, expect, test } from 'vitest';
import type { PaintingResult, PaintingSettings } from '../../contract/paintings.ts';
import {
  beatJobs,
  endJob,
  findJob,
  insertJob,
  listAttendedJobs,
  listJobs,
  reportJob,
  requeueJob,
  startNextJob,
  wishForJob,
  type Store,
} from '../store.ts';
import { temporaryStore } from '../testing/temporary.ts';

const settings: PaintingSettings = {
  content: '/photos/bridge.jpg',
  styles: [{ path: '/photos/night.jpg', weight: 1 }],
  size: 512,
  steps: 100,
  styleStrength: 1,
  styleScale: 1,
  loss: 'gram',
  optimizer: 'adam',
  keepColors: 'none',
  initial: 'content',
  seed: 7,
};
const losses = { content: 1, style: 2, totalVariation: 3 };
const result: PaintingResult = {
  ...{ output: '/out.png', width: 8, height: 8, encoder: 'filter-bank', provider: 'cpu' },
  ...{ steps: 100, losses, elapsedMs: 5, secondsPerStep: 0.05, peakMemoryMb: 100 },
  ...{ predictedMemoryMb: 90, tiles: 1, warnings: [] },
};

const beat = (runner: string, seconds = 0) => ({
  runner,
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString(),
});
const add = (store: Store, runner = 'a') =>
  store.write((tables) =>
    insertJob(tables, { settings, output: '/out.png', previewFile: null }, beat(runner)),
  );
const find = (store: Store, id: number) => store.read((tables) => findJob(tables, id));
const start = (store: Store, runner = 'a') =>
  store.write((tables) => startNextJob(tables, beat(runner, 1)));

test('keeps all that was asked for', () => {
  const store = temporaryStore();
  const id = add(store);
  const { at } = beat('a');
  expect(find(store, id)).toEqual({
    ...{ id, state: 'queued', settings, output: '/out.png', previewFile: null },
    ...{ progress: null, result: null, error: null, runner: 'a', wanted: null },
    ...{ beatAt: at, createdAt: at, updatedAt: at },
  });
  expect(find(store, id + 1)).toBeUndefined();
});

describe('a queue', () => {
  test('starts its own jobs in their order, each once', () => {
    const store = temporaryStore();
    const [first, others, second] = [add(store), add(store, 'b'), add(store)];
    expect(start(store)).toMatchObject({ id: first, state: 'running' });
    expect(start(store)?.id).toBe(second);
    expect(start(store)).toBeUndefined();
    expect(find(store, others)?.state).toBe('queued');
    expect(store.read(listJobs).map(({ id }) => id)).toEqual([second, others, first]);
  });

  test('hears what others want of its jobs when it shows that it is alive', () => {
    const store = temporaryStore();
    const id = add(store);
    expect(store.write((tables) => beatJobs(tables, beat('a', 5)))).toEqual([]);
    store.write((tables) => wishForJob(tables, id, 'paused'));
    expect(store.write((tables) => beatJobs(tables, beat('b', 6)))).toEqual([]);
    expect(store.write((tables) => beatJobs(tables, beat('a', 7)))).toMatchObject([
      { id, wanted: 'paused', beatAt: beat('a', 7).at },
    ]);
  });
});

describe('a job', () => {
  test('ends with its result and is nobody’s any more', () => {
    const store = temporaryStore();
    const id = add(store);
    start(store);
    const progress = { step: 3, steps: 100, losses, secondsLeft: 9 };
    expect(store.write((tables) => reportJob(tables, id, progress, beat('a', 2)))).toBe(true);
    store.write((tables) => endJob(tables, id, { state: 'done', result }, beat('a', 3)));
    expect(find(store, id)).toMatchObject({ state: 'done', result, progress, runner: null });
    expect(store.read(listAttendedJobs)).toEqual([]);
  });

  test('that was taken away hears no more of its former process', () => {
    const store = temporaryStore();
    const id = add(store);
    start(store);
    store.write((tables) => {
      endJob(tables, id, { state: 'paused' }, { runner: null, at: beat('b', 40).at });
      const files = { output: '/other.png', previewFile: '/p.jpg' };
      requeueJob(tables, id, files, beat('b', 41));
    });
    const progress = { step: 3, steps: 100, losses, secondsLeft: 9 };
    expect(store.write((tables) => reportJob(tables, id, progress, beat('a', 42)))).toBe(false);
    const ended = store.write((tables) => endJob(tables, id, { state: 'done' }, beat('a', 43)));
    expect(ended).toBe(false);
    expect(find(store, id)).toMatchObject({
      ...{ state: 'queued', runner: 'b', progress: null },
      ...{ output: '/other.png', previewFile: '/p.jpg' },
    });
  });

  test('that goes on forgets its failure', () => {
    const store = temporaryStore();
    const id = add(store);
    start(store);
    const error = { code: 'disk_full' as const, message: 'The disk is full.', details: {} };
    store.write((tables) => endJob(tables, id, { state: 'failed', error }, beat('a', 3)));
    expect(find(store, id)?.error).toEqual(error);
    const files = { output: '/out.png', previewFile: null };
    store.write((tables) => requeueJob(tables, id, files, beat('a', 4)));
    expect(start(store)).toMatchObject({ id, state: 'running', error: null });
  });
});
