import { render, screen, within } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { connection } from '../../state/connection.svelte.ts';
import { Refusals } from '../../state/refusals.svelte.ts';
import { Refused } from '../../testing/fake-shell.ts';
import { shell } from '../../testing/setup.ts';
import RefusalList from './RefusalList.svelte';

connection.start();
const enrolled = { person: { id: 7 } } as never;
beforeEach(() => shell.reset({ 'enrollment.enroll': () => enrolled }));

const photo = (file: string, code: string, person = 'Ada') => ({
  ...{ person, file, source: { path: `/photos/${file}` }, code, message: 'As the shell says.' },
});

function list(...photos: readonly ReturnType<typeof photo>[]): Refusals {
  const refusals = new Refusals();
  refusals.add(photos);
  render(RefusalList, { refusals });
  return refusals;
}
const rowOf = (file: string) =>
  within(screen.getByText(file).closest('li')!)
    .queryAllByRole('button')
    .filter((button) => !button.getAttribute('aria-label')!.startsWith('Look at'))
    .map((button) => button.textContent.trim());

test('each photo offers what can help it, and nothing where nothing can', () => {
  list(
    photo('two.jpg', 'several_faces'),
    photo('dim.jpg', 'low_quality'),
    photo('cat.jpg', 'no_face'),
  );
  expect(rowOf('two.jpg')).toEqual(['Choose the face', 'Take the largest']);
  expect(rowOf('dim.jpg')).toEqual(['Take it anyway']);
  expect(rowOf('cat.jpg')).toEqual([]);
});

test('the remedy enrolls this photo for its person, and the row says so', async () => {
  list(photo('two.jpg', 'several_faces'));
  await userEvent.click(screen.getByRole('button', { name: 'Take the largest: two.jpg' }));
  expect(await screen.findByText('Enrolled for Ada')).toBeTruthy();
  expect(shell.inputsOf('enrollment.enroll')).toEqual([
    { name: 'Ada', images: [{ path: '/photos/two.jpg' }], severalFaces: 'largest' },
  ]);
  expect(rowOf('two.jpg')).toEqual([]);
});

test('a photo that is refused once more has its new reason', async () => {
  shell.reset({
    'enrollment.enroll': () => {
      throw new Refused('no_face');
    },
  });
  list(photo('dim.jpg', 'low_quality'));
  await userEvent.click(screen.getByRole('button', { name: 'Take it anyway: dim.jpg' }));
  expect(await screen.findByText(/^No face was found in this photo/u)).toBeTruthy();
});

test('what helps several photos is offered for all of them at once', async () => {
  list(photo('1.jpg', 'several_faces'), photo('2.jpg', 'several_faces'), photo('3.jpg', 'no_face'));
  await userEvent.click(screen.getByRole('button', { name: 'Take the largest face in 2 photos' }));
  expect(await screen.findAllByText('Enrolled for Ada')).toHaveLength(2);
  expect(shell.inputsOf('enrollment.enroll')).toHaveLength(2);
});
