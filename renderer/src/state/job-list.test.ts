import { expect, test } from 'vitest';
import { JobList, Pace, stateOf, type Job } from './job-list.ts';

function list() {
  let shown: readonly Job[] = [];
  const jobs = new JobList((all) => (shown = all));
  return { jobs, shown: () => shown };
}

test('a job is there from its beginning to its end, with how far it is', () => {
  const { jobs, shown } = list();
  jobs.begin('1', 'import', () => undefined);
  expect(shown()).toMatchObject([{ kind: 'import', state: 'running', share: undefined }]);
  jobs.report('1', { done: 5, total: 20 }, 0);
  expect(shown()).toMatchObject([{ share: 0.25 }]);
  jobs.stopping('1');
  expect(shown()).toMatchObject([{ state: 'stopping', share: 0.25 }]);
  expect(jobs.end('1')).toMatchObject({ kind: 'import' });
  expect(shown()).toEqual([]);
  expect(jobs.end('1')).toBeUndefined();
});

test('a report that comes after the end brings nothing back', () => {
  const { jobs, shown } = list();
  jobs.begin('1', 'painting', () => undefined);
  jobs.end('1');
  jobs.report('1', { done: 1, total: 2 }, 0);
  expect(shown()).toEqual([]);
});

test('several jobs keep their order, and their own pace', () => {
  const { jobs, shown } = list();
  jobs.begin('a', 'import', () => undefined);
  jobs.begin('b', 'download', () => undefined);
  jobs.begin('a', 'import', () => undefined);
  jobs.report('b', { done: 10, total: 100, secondsLeft: 7 }, 0);
  jobs.report('a', { done: 1, total: 2 }, 0);
  expect(shown()).toMatchObject([
    { id: 'a', share: 0.5, secondsLeft: undefined },
    { id: 'b', share: 0.1, secondsLeft: 7 },
  ]);
});

test('nothing is said of the time left before the pace is known, then it is the pace so far', () => {
  const pace = new Pace();
  expect(pace.secondsLeft({ done: 0, total: 100 }, 0)).toBeUndefined();
  expect(pace.secondsLeft({ done: 1, total: 100 }, 60_000)).toBeUndefined();
  expect(pace.secondsLeft({ done: 50, total: 100 }, 100_000)).toBeCloseTo(100);
  expect(pace.secondsLeft({ done: 100, total: 100 }, 200_000)).toBe(0);
});

test('what was done before this run does not count into its pace', () => {
  const pace = new Pace();
  pace.secondsLeft({ done: 80, total: 100 }, 0);
  expect(pace.secondsLeft({ done: 90, total: 100 }, 50_000)).toBeCloseTo(50);
});

test('a stage that counts from the start again has a pace of its own', () => {
  const pace = new Pace();
  pace.secondsLeft({ done: 0, total: 10 }, 0);
  pace.secondsLeft({ done: 10, total: 10 }, 1_000_000);
  expect(pace.secondsLeft({ done: 0, total: 10 }, 1_000_000)).toBeUndefined();
  expect(pace.secondsLeft({ done: 5, total: 10 }, 1_010_000)).toBeCloseTo(10);
});

test('without a total nothing is said of the time left', () => {
  const pace = new Pace();
  pace.secondsLeft({ done: 0 }, 0);
  expect(pace.secondsLeft({ done: 500 }, 100_000)).toBeUndefined();
});

test('work is idle only when its last run is over, and stopping when all runs are', () => {
  const [one, two] = [new AbortController(), new AbortController()];
  expect(stateOf([])).toBe('idle');
  expect(stateOf([one, two])).toBe('running');
  one.abort();
  expect(stateOf([one, two])).toBe('running');
  two.abort();
  expect(stateOf([one, two])).toBe('stopping');
  expect(stateOf([two])).toBe('stopping');
});
