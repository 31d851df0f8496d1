import { expect, test, vi } from 'vitest';
import type { ToShell } from '../../../contract/wire.ts';
import { Conversation } from './conversation.ts';

function begin() {
  const sent: ToShell[] = [];
  const heard = vi.fn();
  const conversation = new Conversation({ send: (message) => sent.push(message) }, heard);
  return { sent, heard, conversation };
}

const lost = { code: 'disconnected', message: 'gone', details: {} } as const;

test('answers find who asked, in whatever order they come', async () => {
  const { sent, conversation } = begin();
  const first = conversation.request('people.list', {}, {});
  const second = conversation.request('system.status', {}, {});
  conversation.take({ kind: 'response', id: 2, result: { ok: true, value: 'two' } });
  conversation.take({ kind: 'response', id: 1, result: { ok: true, value: 'one' } });
  expect(await Promise.all([first, second])).toEqual(['one', 'two']);
  expect(sent.map((message) => 'id' in message && message.id)).toEqual([1, 2]);
});

test('a refusal is an error with its code', async () => {
  const { conversation } = begin();
  const asked = conversation.request('people.show', {}, {});
  const error = { code: 'person_not_found', message: 'Nobody.', details: {} } as const;
  conversation.take({ kind: 'response', id: 1, result: { ok: false, error } });
  await expect(asked).rejects.toMatchObject({ code: 'person_not_found', message: 'Nobody.' });
});

test('stopping tells the shell, and nothing is asked that was stopped before', async () => {
  const { sent, conversation } = begin();
  const abort = new AbortController();
  void conversation.request('evaluation.run', {}, { signal: abort.signal }).catch(() => undefined);
  abort.abort();
  expect(sent.at(-1)).toEqual({ kind: 'cancel', id: 1 });
  await expect(
    conversation.request('evaluation.run', {}, { signal: abort.signal }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  expect(sent).toHaveLength(2);
});

test('progress reaches the one who asked; events and sessions reach the window', async () => {
  const { heard, conversation } = begin();
  const onProgress = vi.fn();
  const asked = conversation.request('evaluation.run', {}, { onProgress });
  conversation.take({ kind: 'progress', id: 1, progress: { stage: 'Reading', done: 1 } });
  conversation.take({ kind: 'event', name: 'people.changed', payload: {} });
  conversation.take({ kind: 'response', id: 1, result: { ok: true, value: null } });
  await asked;
  expect(onProgress).toHaveBeenCalledExactlyOnceWith({ stage: 'Reading', done: 1 });
  expect(heard).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ kind: 'event', name: 'people.changed' }),
  );
});

test('a lost connection fails whatever is under way', async () => {
  const { conversation } = begin();
  const asked = conversation.request('people.list', {}, {});
  conversation.end(lost);
  await expect(asked).rejects.toMatchObject({ code: 'disconnected' });
});
