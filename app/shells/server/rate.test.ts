import { expect, test, vi } from 'vitest';
import { LikenessError } from '../../../contract/errors.ts';
import { Allowance, Rates } from './rate.ts';

const MINUTE = 60_000;

test('what is allowed comes back by the minute, whatever the clock of the machine does', ({
  onTestFinished,
}) => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.parse('2026-05-04T08:00:00Z') });
  onTestFinished(() => void vi.useRealTimers());
  const allowance = new Allowance(2);
  expect([allowance.spend('a'), allowance.spend('a'), allowance.spend('b')]).toEqual([0, 0, 0]);
  vi.setSystemTime(Date.parse('2026-05-04T07:00:00Z'));
  expect(allowance.spend('a')).toBe(60);
  vi.advanceTimersByTime(MINUTE - 5000);
  expect([allowance.spend('a'), allowance.spend('b')]).toEqual([5, 0]);
  vi.advanceTimersByTime(5000);
  expect(allowance.spend('a')).toBe(0);
  vi.setSystemTime(Date.parse('2038-01-19T03:14:07Z'));
  expect([allowance.spend('a'), allowance.spend('a')]).toEqual([0, 60]);
});

test('each credential, each kind of guess and each kind of failure has its own', () => {
  const rates = new Rates({ credential: 1, guesses: 1, failures: 1 });
  const wrong = new LikenessError('not_authorized', 'No.');
  const unknown = new LikenessError('route_unknown', 'No.');
  const codes = (['key', 'key', 'link', 'nothing', 'nothing'] as const).map(
    (shown) => rates.afterFailure(wrong, shown).code,
  );
  const [no, wait] = ['not_authorized', 'too_many_requests'];
  expect(codes).toEqual([no, wait, no, no, wait]);
  expect(rates.afterFailure(unknown, 'key')).toBe(unknown);
  for (const kind of ['session', 'key'] as const)
    for (const id of ['1', '2']) {
      rates.admit({ kind, id });
      expect(() => rates.admit({ kind, id })).toThrow('Try again in 60 seconds.');
    }
});
