import { expect, test, vi } from 'vitest';
import { RateStore } from './rate.ts';

const MINUTE = 60_000;

function count(store: RateStore, key: string): number {
  let counted = 0;
  store.incr(key, (_error, { current }) => (counted = current), MINUTE);
  return counted;
}

test('a client is counted by the minute, whatever the clock of the machine does', ({
  onTestFinished,
}) => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.parse('2026-05-04T08:00:00Z') });
  onTestFinished(() => void vi.useRealTimers());
  const store = new RateStore();
  expect([count(store, 'a'), count(store, 'a'), count(store, 'b')]).toEqual([1, 2, 1]);
  vi.setSystemTime(Date.parse('2026-05-04T07:00:00Z'));
  expect(count(store, 'a')).toBe(3);
  vi.advanceTimersByTime(MINUTE);
  expect(count(store, 'a')).toBe(1);
  vi.setSystemTime(Date.parse('2038-01-19T03:14:07Z'));
  expect(count(store, 'a')).toBe(2);
  expect(count(store.child(), 'a')).toBe(1);
});
