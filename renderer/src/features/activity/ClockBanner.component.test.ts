import { render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { connection } from '../../state/connection.svelte.ts';
import { shell } from '../../testing/setup.ts';
import ClockBanner from './ClockBanner.svelte';

connection.start();
const hold = { today: '2038-01-19', lastKnown: '2026-05-04', activity: 2, attendance: 1 };
beforeEach(() =>
  shell.reset({
    'activity.overdue': () => ({ hold }),
    'activity.expire': () => ({ activity: 2, attendance: 1 }),
  }),
);

test('a clock that jumped deletes nothing until somebody says that it is right', async () => {
  render(ClockBanner);
  expect(await screen.findByText(/3 old entries were kept/u)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'The clock is right …' }));
  expect(await screen.findByText(/^Is today/u)).toBeTruthy();
  expect(shell.inputsOf('activity.expire')).toEqual([]);
  await userEvent.click(screen.getAllByRole('button', { name: 'Cancel' }).at(-1)!);
  expect(shell.inputsOf('activity.expire')).toEqual([]);
});

test('once it is said, entries go by the very day that was asked about', async () => {
  render(ClockBanner);
  await userEvent.click(await screen.findByRole('button', { name: 'The clock is right …' }));
  shell.reset({
    'activity.overdue': () => ({ hold: null }),
    'activity.expire': () => ({ activity: 2, attendance: 1 }),
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Yes, delete old entries' }));
  expect(shell.inputsOf('activity.expire')).toEqual([{ today: '2038-01-19' }]);
});

test('where nothing is held back nothing is shown', async () => {
  shell.reset({ 'activity.overdue': () => ({ hold: null }) });
  const { container } = render(ClockBanner);
  await new Promise((resolve) => setTimeout(resolve));
  expect(container.textContent.trim()).toBe('');
});
