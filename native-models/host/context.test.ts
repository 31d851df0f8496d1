import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Queue } from './context.ts';

describe('a queue', () => {
  test('starts tasks in their order and never runs more than it may', async () => {
    const queue = new Queue(2);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const task = (n: number) => async () => {
      started.push(n);
      most = Math.max(most, ++running);
      await sleep(n % 2 === 0 ? 20 : 5);
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
