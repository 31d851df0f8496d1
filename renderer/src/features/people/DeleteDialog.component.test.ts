import { render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import type { CommandOutput } from '../../api.ts';
import { connection } from '../../state/connection.svelte.ts';
import { Refused } from '../../testing/fake-shell.ts';
import { shell } from '../../testing/setup.ts';
import DeleteDialog from './DeleteDialog.svelte';

connection.start();
beforeEach(() => shell.reset());

const ada = { id: 3, name: 'Ada' };
const alan = { id: 4, name: 'Alan' };

type Deleted = CommandOutput<'people.delete'>;
const deleted = (receipt: Partial<Deleted['receipt']> = {}): Deleted =>
  ({
    deleted: ada,
    undo: { id: 'u', seconds: 10 },
    receipt: {
      ...{ templates: 2, portraits: 2, consents: 1, activity: 4, attendance: 0, copies: 0 },
      ...{ remaining: [], obstacle: null, ...receipt },
    },
  }) as unknown as Deleted;
const answering = (receipt?: Partial<Deleted['receipt']>) =>
  shell.reset({
    'people.delete': () => deleted(receipt),
    'people.list': () => ({ people: [] }),
  });

const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));

test('nothing is deleted by whoever only looks', async () => {
  const onclose = vi.fn();
  render(DeleteDialog, { people: [ada], onclose });
  expect(screen.getByRole('dialog').textContent).toContain('Delete Ada?');
  await press('Cancel');
  expect(onclose).toHaveBeenCalledOnce();
  expect(shell.asked).toEqual([]);
});

test('several people are named before they go, and a receipt adds up what went', async () => {
  answering();
  const ondeleted = vi.fn();
  render(DeleteDialog, { people: [ada, alan], onclose: vi.fn(), ondeleted });
  expect(screen.getByRole('dialog').textContent).toContain('Ada, Alan');
  await press('Delete');
  expect(await screen.findByText('Receipt: what was deleted')).toBeTruthy();
  expect(shell.inputsOf('people.delete')).toEqual([{ person: 3 }, { person: 4 }]);
  expect(screen.getByRole('row', { name: /^Photos/u }).textContent).toContain('4');
  expect(screen.getByText('No byte of it is left in the database.')).toBeTruthy();
  expect(ondeleted).not.toHaveBeenCalled();
  await userEvent.click(screen.getAllByRole('button', { name: 'Close' }).at(-1)!);
  expect(ondeleted).toHaveBeenCalledOnce();
});

test('traces and files that stay are said, and nothing claims that all is gone', async () => {
  answering({
    obstacle: 'in-use',
    remaining: [{ kind: 'backup', file: '/backups/a.likeness' }] as Deleted['receipt']['remaining'],
  });
  render(DeleteDialog, { people: [ada], onclose: vi.fn() });
  await press('Delete');
  expect(await screen.findByText(/another program is reading it/u)).toBeTruthy();
  expect(screen.queryByText('No byte of it is left in the database.')).toBeNull();
  expect(screen.getByText('/backups/a.likeness')).toBeTruthy();
});

test('a failure is said in the dialog, which stays and can be tried again', async () => {
  shell.reset({
    'people.delete': () => {
      throw new Refused('database_busy');
    },
  });
  const onclose = vi.fn();
  render(DeleteDialog, { people: [ada], onclose });
  await press('Delete');
  expect((await screen.findByRole('alert')).textContent).not.toBe('');
  expect(onclose).not.toHaveBeenCalled();
  answering();
  await press('Delete');
  expect(await screen.findByText('Receipt: what was deleted')).toBeTruthy();
});
