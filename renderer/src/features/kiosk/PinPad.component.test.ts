import { render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { connection } from '../../state/connection.svelte.ts';
import { Refused } from '../../testing/fake-shell.ts';
import { shell } from '../../testing/setup.ts';
import PinPad from './PinPad.svelte';

connection.start();
beforeEach(() => shell.reset({ 'kiosk.unlock': () => null as never }));

const enter = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Enter' });
const press = async (digits: string) => {
  for (const digit of digits) await userEvent.click(screen.getByRole('button', { name: digit }));
};

test('a PIN is sent with four digits or more, by its button or by Enter', async () => {
  render(PinPad, { onclose: vi.fn() });
  await press('123');
  expect(enter().disabled).toBe(true);
  await userEvent.keyboard('{Enter}');
  expect(shell.asked).toEqual([]);
  await press('4');
  expect(enter().disabled).toBe(false);
  await userEvent.keyboard('{Enter}');
  expect(shell.inputsOf('kiosk.unlock')).toEqual([{ pin: '1234' }]);
});

test('digits are typed as well, erased, and never more than twelve', async () => {
  render(PinPad, { onclose: vi.fn() });
  await userEvent.keyboard('12345678901234{Backspace}');
  expect(screen.getByText('11 digits entered')).toBeTruthy();
  await press('9');
  await userEvent.click(enter());
  expect(shell.inputsOf('kiosk.unlock')).toEqual([{ pin: '123456789019' }]);
});

test('a wrong PIN is said and is gone from the pad', async () => {
  shell.reset({
    'kiosk.unlock': () => {
      throw new Refused('pin_wrong');
    },
  });
  render(PinPad, { onclose: vi.fn() });
  await userEvent.keyboard('0000{Enter}');
  await vi.waitFor(() => expect(screen.getByRole('status').textContent).not.toContain('entered'));
  expect(enter().disabled).toBe(true);
  await press('1');
  expect(screen.getByText('1 digit entered')).toBeTruthy();
});

test('Escape and half a minute without a key close it', async () => {
  vi.useFakeTimers();
  try {
    const onclose = vi.fn();
    render(PinPad, { onclose });
    await vi.advanceTimersByTimeAsync(29_000);
    expect(onclose).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(onclose).toHaveBeenCalledOnce();
  } finally {
    vi.useRealTimers();
  }
  const onclose = vi.fn();
  render(PinPad, { onclose });
  await userEvent.keyboard('{Escape}');
  expect(onclose).toHaveBeenCalled();
});
