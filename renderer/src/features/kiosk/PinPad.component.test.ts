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

test.each(['pin_wrong', 'pin_delayed'] as const)(
  '%s is said, and the PIN is gone',
  async (code) => {
    shell.reset({
      'kiosk.unlock': () => {
        throw new Refused(code, { seconds: 30 });
      },
    });
    render(PinPad, { onclose: vi.fn() });
    await userEvent.keyboard('0000{Enter}');
    await vi.waitFor(() => expect(screen.getByRole('status').textContent).not.toContain('entered'));
    expect(screen.getByRole('status').textContent.trim()).not.toBe('');
    expect(enter().disabled).toBe(true);
    await press('1');
    expect(screen.getByText('1 digit entered')).toBeTruthy();
  },
);

test('while one PIN is being checked no other is sent', async () => {
  const checked = Promise.withResolvers<null>();
  shell.reset({ 'kiosk.unlock': () => checked.promise as never });
  render(PinPad, { onclose: vi.fn() });
  await userEvent.keyboard('1234{Enter}{Enter}');
  expect(enter().disabled).toBe(true);
  checked.resolve(null);
  expect(shell.inputsOf('kiosk.unlock')).toHaveLength(1);
});

test('a key begins the half minute anew', async () => {
  vi.useFakeTimers();
  try {
    const onclose = vi.fn();
    render(PinPad, { onclose });
    await vi.advanceTimersByTimeAsync(29_000);
    window.dispatchEvent(new KeyboardEvent('keydown', { key: '1' }));
    await vi.advanceTimersByTimeAsync(29_000);
    expect(onclose).not.toHaveBeenCalled();
  } finally {
    vi.useRealTimers();
  }
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
