import { expect, test } from 'vitest';
import type { ToWindow } from '../../../contract/wire.ts';
import { Outbox } from './window-connection.ts';

const progress = (id: number, done: number): ToWindow => ({
  kind: 'progress',
  id,
  progress: { stage: 'Reading', done },
});
const answer = (id: number): ToWindow => ({
  kind: 'response',
  id,
  result: { ok: true, value: {} },
});

function congestible() {
  const sent: ToWindow[] = [];
  const state = { congested: false };
  const outbox = new Outbox({
    send: (message) => sent.push(message),
    congested: () => state.congested,
  });
  return { sent, state, outbox };
}

test('everything goes out at once while the window keeps up', () => {
  const { sent, outbox } = congestible();
  const messages = [progress(1, 1), progress(1, 2), answer(1)];
  messages.forEach((message) => outbox.push(message));
  expect(sent).toEqual(messages);
});

test('a window that cannot keep up gets answers, and of the rest the newest', () => {
  const { sent, state, outbox } = congestible();
  state.congested = true;
  for (const message of [progress(1, 1), progress(2, 5), progress(1, 2), answer(3)])
    outbox.push(message);
  expect(sent).toEqual([answer(3)]);
  outbox.flush();
  expect(sent).toEqual([answer(3)]);
  state.congested = false;
  outbox.flush();
  expect(sent).toEqual([answer(3), progress(2, 5), progress(1, 2)]);
});

test('no progress follows its answer', () => {
  const { sent, state, outbox } = congestible();
  state.congested = true;
  outbox.push(progress(1, 1));
  outbox.push(answer(1));
  state.congested = false;
  outbox.flush();
  expect(sent).toEqual([answer(1)]);
});
