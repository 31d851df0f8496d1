import { render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { connection } from '../../state/connection.svelte.ts';
import { Refused } from '../../testing/fake-shell.ts';
import { shell } from '../../testing/setup.ts';
import PinForm from './PinForm.svelte';

connection.start();
beforeEach(() =>
  shell.reset({ 'kiosk.setPin': () => null as never, 'system.status': () => ({}) as never }),
);

const type = (label: string, text: string) => userEvent.type(screen.getByLabelText(label), text);
const save = (name: string) => userEvent.click(screen.getByRole('button', { name }));

test('what is no PIN is refused before it is sent', async () => {
  render(PinForm, { pinSet: false });
  expect(screen.getByRole<HTMLButtonElement>('button').disabled).toBe(true);
  await type('New PIN', '12a4');
  await save('Set the PIN');
  expect(screen.getByText('Use 4 to 12 digits.')).toBeTruthy();
  expect(shell.asked).toEqual([]);
});

test('a first PIN needs no other; one that is changed needs the current one', async () => {
  const first = render(PinForm, { pinSet: false });
  expect(screen.queryByLabelText('Current PIN')).toBeNull();
  await type('New PIN', '4711');
  await save('Set the PIN');
  first.unmount();
  render(PinForm, { pinSet: true });
  await type('Current PIN', '4711');
  await type('New PIN', '12345');
  await save('Change the PIN');
  expect(shell.inputsOf('kiosk.setPin')).toEqual([
    { pin: '4711' },
    { pin: '12345', current: '4711' },
  ]);
});

test('a wrong current PIN is said, and what was typed stays', async () => {
  shell.reset({
    'kiosk.setPin': () => {
      throw new Refused('pin_wrong');
    },
  });
  render(PinForm, { pinSet: true });
  await type('Current PIN', '0000');
  await type('New PIN', '12345');
  await save('Change the PIN');
  const field = screen.getByLabelText<HTMLInputElement>('New PIN');
  expect(field.value).toBe('12345');
  expect(field.getAttribute('aria-invalid')).toBe('true');
});
