import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RESTING, shownMs, ToastQueue, type Toast } from './toast-queue.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

type Content = Omit<Toast, 'id'>;

const good = (text: string): Content => ({ tone: 'good', text, scope: 'window' });
const bad = (text: string): Content => ({ tone: 'bad', text, scope: 'screen' });
const action = { label: 'Again', run: () => undefined };

function queue() {
  let shown: readonly Toast[] = [];
  const all = new ToastQueue((now) => (shown = now));
  return { all, texts: () => shown.map(({ text }) => text) };
}

test('longer texts, failures and what offers an action stay longer', () => {
  const long = 'word '.repeat(60);
  expect(shownMs(good(long))).toBeGreaterThan(shownMs(good('Saved')));
  expect(shownMs({ ...good('Saved'), detail: long })).toBeGreaterThan(shownMs(good('Saved')));
  expect(shownMs(bad('Not saved'))).toBeGreaterThan(shownMs(good('Saved')));
  expect(shownMs({ ...bad('Not saved'), action })).toBeGreaterThan(shownMs(bad('Not saved')));
});

test('a failure goes by itself, when its time is over and not before', () => {
  const { all, texts } = queue();
  all.add(bad('It failed.'));
  vi.advanceTimersByTime(shownMs(bad('It failed.')) - 1);
  expect(texts()).toEqual(['It failed.']);
  vi.advanceTimersByTime(1);
  expect(texts()).toEqual([]);
});

test('while somebody rests on a toast no time passes for any', () => {
  const { all, texts } = queue();
  all.add(good('Saved'));
  vi.advanceTimersByTime(shownMs(good('Saved')) - 100);
  all.hold(RESTING);
  all.add(good('Also saved'));
  vi.advanceTimersByTime(600_000);
  expect(texts()).toEqual(['Saved', 'Also saved']);
  all.release(RESTING);
  vi.advanceTimersByTime(100);
  expect(texts()).toEqual(['Also saved']);
  vi.advanceTimersByTime(shownMs(good('Also saved')));
  expect(texts()).toEqual([]);
});

test('two reasons to hold both have to end', () => {
  const { all, texts } = queue();
  all.add(good('Saved'));
  all.hold(RESTING);
  all.hold('hidden');
  all.release(RESTING);
  vi.advanceTimersByTime(600_000);
  expect(texts()).toEqual(['Saved']);
  all.release('hidden');
  vi.advanceTimersByTime(600_000);
  expect(texts()).toEqual([]);
});

test('a toast that is dismissed under the pointer does not hold the next one for ever', () => {
  const { all, texts } = queue();
  const id = all.add(good('Saved'));
  all.hold(RESTING);
  all.dismiss(id);
  all.add(good('Also saved'));
  vi.advanceTimersByTime(600_000);
  expect(texts()).toEqual([]);
});

test('what failed goes with its screen, what was done and what concerns the window stays', () => {
  const { all, texts } = queue();
  all.add(bad('This photo is no picture.'));
  all.add({ ...bad('The import failed.'), scope: 'window' });
  all.add(good('Saved'));
  vi.advanceTimersByTime(1_000);
  all.leaveScreen();
  expect(texts()).toEqual(['The import failed.', 'Saved']);
});

test('a failure that came with the change of screen belongs to the new one', () => {
  const { all, texts } = queue();
  all.add(bad('Ada is not there.'));
  all.leaveScreen();
  expect(texts()).toEqual(['Ada is not there.']);
});

test('the same text is shown once, and three toasts at most', () => {
  const { all, texts } = queue();
  for (const text of ['a', 'b', 'a', 'c', 'd']) all.add(good(text));
  expect(texts()).toEqual(['a', 'c', 'd']);
});
