import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { mapConcurrently, Queue, runInTurns } from './concurrency.ts';

const never = new AbortController().signal;

test('results come in the order of the items, and so many are under way at once', async () => {
  let [running, most] = [0, 0];
  const results = await mapConcurrently([30, 5, 20, 1], 2, never, async (ms, index) => {
    most = Math.max(most, ++running);
    await pause(ms);
    running--;
    return index;
  });
  expect([results, most]).toEqual([[0, 1, 2, 3], 2]);
});

test('a failure stops the others, which are awaited, and is what the caller hears of', async () => {
  const seen: string[] = [];
  const failure = new TypeError('of the second');
  const all = mapConcurrently(['a', 'b', 'c', 'd'], 2, never, async (item, _, signal) => {
    if (item === 'b') throw failure;
    await pause(10);
    seen.push(`${item} ${signal.aborted ? 'is told' : 'goes on'}`);
  });
  await expect(all).rejects.toBe(failure);
  expect(seen).toEqual(['a is told']);
});

test('is stopped from outside', async () => {
  const stop = new AbortController();
  const all = mapConcurrently([1, 2, 3], 1, stop.signal, async (item) => {
    if (item === 1) stop.abort();
    return Promise.resolve(item);
  });
  await expect(all).rejects.toMatchObject({ code: 'cancelled' });
});

describe('a queue', () => {
  test('starts tasks in their order and never runs more than it may', async () => {
    const queue = new Queue(2);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const task = (n: number) => async () => {
      started.push(n);
      most = Math.max(most, ++running);
      await pause(n % 2 === 0 ? 20 : 5);
      running--;
      return n;
    };
    const results = await Promise.all([0, 1, 2, 3, 4, 5].map((n) => queue.run(task(n))));
    expect(started).toEqual([0, 1, 2, 3, 4, 5]);
    expect(results).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  test('goes on after a task that fails', async () => {
    const queue = new Queue(1);
    const failing = queue.run(() => Promise.reject(new Error('no')));
    const next = queue.run(() => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });

  test('lets go at once of what is cancelled while it waits, and never starts it', async () => {
    const queue = new Queue(1);
    const controller = new AbortController();
    const running = Promise.withResolvers<null>();
    const first = queue.run(() => running.promise);
    let ran = false;
    const second = queue.run(() => Promise.resolve((ran = true)), controller.signal);
    const third = queue.run(() => Promise.resolve('third'));
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    running.resolve(null);
    await first;
    await expect(third).resolves.toBe('third');
    await expect(queue.run(() => Promise.resolve('fourth'))).resolves.toBe('fourth');
    expect(ran).toBe(false);
  });
});

function* busy(milliseconds: number): Generator<number, string> {
  const end = performance.now() + milliseconds;
  for (let step = 0; performance.now() < end; step++) yield step;
  return 'done';
}

describe('runInTurns', () => {
  test('lets timers fire while it computes', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const latest = performance.now() + 60_000;
    function* untilTimersFire(): Generator<number, string> {
      while (ticks < 3 && performance.now() < latest) yield ticks;
      return ticks < 3 ? 'blocked' : 'done';
    }
    expect(await runInTurns(untilTimersFire())).toBe('done');
    clearInterval(timer);
  });

  test('stops between steps', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    await expect(runInTurns(busy(5_000), controller.signal)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
