import { render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandOutput } from '../../api.ts';
import { connection } from '../../state/connection.svelte.ts';
import { folderImport } from '../../state/folder-import.svelte.ts';
import { Refused } from '../../testing/fake-shell.ts';
import { shell } from '../../testing/setup.ts';
import ImportScreen from './ImportScreen.svelte';

connection.start();
beforeEach(() => shell.reset());
afterEach(() => folderImport.reset());

type Imported = CommandOutput<'enrollment.importFolder'>;
async function importing(root: string) {
  render(ImportScreen);
  await userEvent.type(screen.getByLabelText('Or give its path'), root);
  await userEvent.click(screen.getByRole('button', { name: 'Import' }));
}

test('an empty path cannot be imported', async () => {
  render(ImportScreen);
  const start = screen.getByRole<HTMLButtonElement>('button', { name: 'Import' });
  expect(start.disabled).toBe(true);
  await userEvent.type(screen.getByLabelText('Or give its path'), '   ');
  expect(start.disabled).toBe(true);
});

test('a folder that is not there is said beside the path, which stays', async () => {
  shell.reset({
    'enrollment.importFolder': () => {
      throw new Refused('file_not_found', { file: '/nowhere' });
    },
  });
  await importing('/nowhere');
  const field = await screen.findByLabelText<HTMLInputElement>('Or give its path');
  expect(field.value).toBe('/nowhere');
  expect(field.getAttribute('aria-invalid')).toBe('true');
});

test('the end says how many files were not used, which are no pictures, and what was refused', async () => {
  const unused = [
    { file: '/p/notes.txt', code: 'file_ignored', message: 'It is no picture.' },
    { file: '/p/Ada/cat.jpg', code: 'no_face', message: 'No face.' },
  ];
  shell.reset({
    'enrollment.importFolder': () => ({ files: 5, unused }) as unknown as Imported,
  });
  await importing('/p');
  expect(await screen.findByText('The import is done.')).toBeTruthy();
  expect(screen.getByText('2 of 5 files were not used.')).toBeTruthy();
  expect(screen.getByText('Not pictures: notes.txt.')).toBeTruthy();
  expect(screen.getByText('Ada/cat.jpg')).toBeTruthy();
});

test('a full disk ends it, and says that the same folder goes on where it was', async () => {
  shell.reset({
    'enrollment.importFolder': () => {
      throw new Refused('disk_full');
    },
  });
  await importing('/p');
  expect(await screen.findByText('The import could not go on.')).toBeTruthy();
  expect(screen.getByText(/Import the same folder again/u)).toBeTruthy();
});
