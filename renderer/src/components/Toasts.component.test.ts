import { render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import Toasts from './Toasts.svelte';

const words = { label: 'Messages', dismissLabel: 'Dismiss' };

test('what a message offers is done once, and the message goes', async () => {
  const [run, ondismiss] = [vi.fn(), vi.fn()];
  const toast = {
    id: 4,
    tone: 'good',
    text: 'Ada was deleted',
    action: { label: 'Undo', run },
  } as const;
  render(Toasts, { ...words, toasts: [toast], ondismiss, onrest: vi.fn() });
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(run).toHaveBeenCalledOnce();
  expect(ondismiss).toHaveBeenCalledExactlyOnceWith(4);
});

test('dismissing does nothing else', async () => {
  const [run, ondismiss] = [vi.fn(), vi.fn()];
  const toast = { id: 5, tone: 'bad', text: 'It failed', action: { label: 'Again', run } } as const;
  render(Toasts, { ...words, toasts: [toast], ondismiss, onrest: vi.fn() });
  await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(ondismiss).toHaveBeenCalledExactlyOnceWith(5);
  expect(run).not.toHaveBeenCalled();
});

test('time stands still for whoever comes upon a message', async () => {
  const onrest = vi.fn();
  const toast = { id: 6, tone: 'good', text: 'Done' } as const;
  render(Toasts, { ...words, toasts: [toast], ondismiss: vi.fn(), onrest });
  await userEvent.tab();
  expect(onrest).toHaveBeenCalledWith(true);
});
