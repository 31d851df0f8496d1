import { expect, test } from 'vitest';
import type { ToWindow } from '../../contract/wire.ts';
import { Outbox } from './outbox.ts';
import { compact, weightOf } from './weight.ts';

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

test('the weight of a message counts bytes, ends at the limit, and survives loops', () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  expect(weightOf({ bytes: new Uint8Array(1000) }, 1e6)).toBeGreaterThanOrEqual(1000);
  expect(weightOf(new Map([['a', 'x'.repeat(500)]]), 1e6)).toBeGreaterThanOrEqual(500);
  expect(weightOf(loop, 1e6)).toBeLessThan(1000);
  // A small view of a large buffer is as heavy as its buffer: that is what was cloned.
  expect(weightOf(new Uint8Array(new ArrayBuffer(5000), 0, 1), 1e6)).toBeGreaterThan(4999);
});

test('compact bytes share no buffer with what lies beside them', () => {
  const buffer = Buffer.from('secret and public');
  const { part, list } = compact({ part: buffer.subarray(11), list: [1, null, 'a'] });
  expect([part.buffer.byteLength, Buffer.from(part).toString()]).toEqual([6, 'public']);
  expect(list).toEqual([1, null, 'a']);
});
