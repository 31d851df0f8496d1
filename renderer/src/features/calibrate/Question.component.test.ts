import { render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { connection } from '../../state/connection.svelte.ts';
import { toasts } from '../../state/toasts.svelte.ts';
import type { Choice, Outlook } from '../../state/thresholds.svelte.ts';
import { Refused } from '../../testing/fake-shell.ts';
import { shell } from '../../testing/setup.ts';
import Question from './Question.svelte';

connection.start();
beforeEach(() => shell.reset());

const choice = (wanted: number, more: Partial<Choice> = {}): Choice => ({
  wanted,
  threshold: 0.5,
  named: wanted,
  namedInterval: { low: wanted / 2, high: wanted * 2 },
  missed: 0.1,
  basis: 'observed',
  ...more,
});
const choices = [choice(0.001), choice(0.01), choice(0.1)];
const outlook = (more: Partial<Outlook> = {}): Outlook => ({
  model: { id: 'm', version: '1' },
  people: 40,
  measured: {
    source: 'gallery',
    images: null,
    people: 40,
    photos: 90,
    createdAt: '2026-05-04T08:00:00.000Z',
  },
  atMost: false,
  choices,
  now: null,
  applied: null,
  ...more,
});
const show = (given: Outlook, chosen = given.choices[1]!, onmeasure = vi.fn()) =>
  render(Question, { outlook: given, choice: chosen, index: 1, onmeasure });

test('the rate that is chosen is the one that is applied', async () => {
  shell.reset({ 'calibration.apply': () => ({ calibration: null, applied: null }) });
  show(outlook());
  await userEvent.click(screen.getByRole('button', { name: 'Apply' }));
  expect(shell.inputsOf('calibration.apply')).toEqual([{ fpir: 0.01 }]);
});

test('what cannot be applied leaves the choice open', async () => {
  shell.reset({
    'calibration.apply': () => {
      throw new Refused('database_busy');
    },
  });
  show(outlook());
  await userEvent.click(screen.getByRole('button', { name: 'Apply' }));
  await vi.waitFor(() =>
    expect(toasts.all.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/holds the database/u),
    ),
  );
  expect(shell.inputsOf('calibration.apply')).toHaveLength(1);
  const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Apply' });
  expect(button.disabled).toBe(false);
  expect(button.getAttribute('aria-busy')).toBe('false');
});

test('where nobody has two photos, misses are not made up', () => {
  show(outlook(), choice(0.01, { missed: null }));
  expect(screen.getByText(/^How many known people would be missed is unknown/u)).toBeTruthy();
  expect(screen.queryByText(/known people would be missed$/u)).toBeNull();
});

test.each([
  ['too few pairs', outlook(), choice(0.01, { basis: 'too-few' }), /^So few people/u],
  ['fewer people', outlook({ atMost: true, people: 900 }), undefined, /^More people are enrolled/u],
  ['fewer photos each', outlook({ atMost: true }), undefined, /^Your people have more photos/u],
])('a figure that rests on %s says so', (_, given, chosen, words) => {
  show(given, chosen);
  expect(screen.getByText(words)).toBeTruthy();
});

test('figures of others are not passed off as one’s own, nor cautioned without reason', () => {
  const { unmount } = show(outlook());
  expect(
    screen.getByText(/^For the 40 people.*Measured on the 40 people enrolled here/u),
  ).toBeTruthy();
  expect(screen.queryByText(/So few people|expect at most/u)).toBeNull();
  unmount();
  show(outlook({ measured: { ...outlook().measured!, source: 'shipped', people: 741 } }));
  expect(screen.getByText(/Not measured here yet/u)).toBeTruthy();
});

test('measuring on photos of one’s own is offered', async () => {
  const onmeasure = vi.fn();
  show(outlook(), undefined, onmeasure);
  await userEvent.click(screen.getByRole('button', { name: /Measure/u }));
  expect(onmeasure).toHaveBeenCalledOnce();
});
