import { describe, expect, it } from 'vitest';
import { mapConcurrently, runInTurns } from './cooperation.ts';

function* busy(milliseconds: number): Generator<number, string> {
  const end = performance.now() + milliseconds;
  for (let step = 0; performance.now() < end; step++) yield step;
  return 'done';
}

describe('runInTurns', () => {
  it('lets timers fire while it computes', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    expect(await runInTurns(busy(300))).toBe('done');
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });

  it('stops between steps', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    await expect(runInTurns(busy(5_000), controller.signal)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('mapConcurrently', () => {
  const later = (milliseconds: number) =>
    new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

  it('keeps the order and the limit', async () => {
    let now = 0;
    let most = 0;
    const results = await mapConcurrently([30, 1, 15, 2, 9], 2, async (milliseconds) => {
      most = Math.max(most, ++now);
      await later(milliseconds);
      now--;
      return milliseconds * 2;
    });
    expect(results).toEqual([60, 2, 30, 4, 18]);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure', async () => {
    const begun: number[] = [];
    const map = async (item: number) => {
      begun.push(item);
      await later(5);
      if (item === 1) throw new Error('no');
    };
    await expect(mapConcurrently([0, 1, 2, 3, 4, 5, 6, 7], 2, map)).rejects.toThrow('no');
    await later(30);
    expect(begun.length).toBeLessThanOrEqual(4);
  });

  it('lets those under way end before it fails', async () => {
    const ended: number[] = [];
    const map = async (item: number) => {
      await later(item * 20);
      if (item === 0) throw new Error('no');
      ended.push(item);
    };
    await expect(mapConcurrently([0, 1, 2], 3, map)).rejects.toThrow('no');
    expect(ended).toEqual([1, 2]);
  });
});
