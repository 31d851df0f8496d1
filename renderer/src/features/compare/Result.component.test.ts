import { render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandOutput } from '../../api.ts';
import { comparison } from '../../state/comparison.svelte.ts';
import { connection } from '../../state/connection.svelte.ts';
import { Refused } from '../../testing/fake-shell.ts';
import { shell } from '../../testing/setup.ts';
import Result from './Result.svelte';

type Verified = CommandOutput<'verification.verify'>;

connection.start();
beforeEach(() => shell.reset());
afterEach(() => comparison.clear());

const picture = (name: string): File => new File(['x'], name);
const verified = (figures: Partial<Verified>): Verified => ({
  ...{ chips: null, model: 'm', distance: 0.4, threshold: 0.6, same: true, probability: 0.97 },
  ...{ notes: [], provider: 'cpu', warnings: [], elapsedMs: 1, ...figures },
});
function answer(verify: () => Verified) {
  shell.reset({ 'verification.verify': verify, 'evaluation.last': () => ({ evaluation: null }) });
  comparison.put('a', picture('a.jpg'));
  comparison.put('b', picture('b.jpg'));
}

test('says what is still missing', async () => {
  render(Result);
  expect(screen.getByText(/^Choose two pictures/u)).toBeTruthy();
  comparison.put('a', picture('a.jpg'));
  expect(await screen.findByText('Now choose the other picture.')).toBeTruthy();
});

test.each([
  [{ same: true, probability: 0.999 }, 'Very likely the same person'],
  [{ same: true, probability: 0.55 }, 'Perhaps the same person: close, but not sure'],
  [{ same: false, probability: 0.45 }, 'Perhaps two different people: not sure'],
  [{ same: false, probability: 0.0001 }, 'Very likely two different people'],
])('%o is said as: %s', async (figures, verdict) => {
  render(Result);
  answer(() => verified(figures));
  expect((await screen.findByRole('heading')).textContent.trim()).toBe(verdict);
});

test('no figure is shown as certain, and a rate that nobody measured is not invented', async () => {
  render(Result);
  answer(() => verified({ probability: 0.99999 }));
  expect(await screen.findByText('> 99%')).toBeTruthy();
  expect(screen.getByText(/Not measured on this machine yet/u)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Measure it' })).toBeTruthy();
});

test('of several faces the largest is taken once somebody says so', async () => {
  render(Result);
  answer(() => {
    throw new Refused('several_faces', { file: '/photos/b.jpg', faces: [{}, {}, {}] });
  });
  expect(await screen.findByText('b.jpg shows 3 faces.')).toBeTruthy();
  shell.reset({
    'verification.verify': () => verified({}),
    'evaluation.last': () => ({ evaluation: null }),
  });
  await userEvent.click(screen.getByRole('button', { name: 'Take the largest face' }));
  expect(await screen.findByText(/the largest was taken/u)).toBeTruthy();
  expect(shell.inputsOf('verification.verify')).toMatchObject([{ severalFaces: 'largest' }]);
});

test('a failure names the picture that it is about', async () => {
  render(Result);
  answer(() => {
    throw new Refused('no_face', { file: '/photos/a.jpg' });
  });
  expect(await screen.findByText('These pictures could not be compared')).toBeTruthy();
  expect(screen.getByText(/^a\.jpg: /u)).toBeTruthy();
});
