import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { LikenessError } from '../../contract/errors.ts';
import { Dispatcher, type Channel } from './dispatcher.ts';
import type { HostContext, Handlers } from './context.ts';
import type { FromHost } from '../../contract/host.ts';

const configure = { kind: 'configure', configuration: {} };
const request = (id: number, command: string, input: unknown = {}) => ({
  kind: 'request',
  id,
  command,
  input,
});

/** A dispatcher over these handlers, with the shell's end of its channel. */
function start(handlers: Partial<Record<keyof Handlers, unknown>>) {
  const sent: FromHost[] = [];
  let receive: (message: unknown) => void = () => undefined;
  let close: () => void = () => undefined;
  const channel: Channel = {
    post: (message) => void sent.push(structuredClone(message)),
    onMessage: (listener) => (receive = listener),
    onClose: (listener) => (close = listener),
  };
  const exit = vi.fn();
  const complain = vi.fn();
  const contextFor = () => ({}) as HostContext;
  const options = { channel, handlers: handlers as Handlers, exit, complain, contextFor };
  new Dispatcher(options).start();
  return {
    sent,
    say: (message: unknown) => receive(message),
    hangUp: () => close(),
    exit,
    complain,
  };
}

const replyTo = async (sent: readonly FromHost[], id: number) =>
  vi.waitFor(() => {
    const reply = sent.find((message) => message.kind !== 'ready' && message.id === id);
    expect(reply).toBeDefined();
    return reply;
  });

describe('a dispatcher', () => {
  test('says that it is ready, then answers by the table', async () => {
    const host = start({ endTrack: (_: unknown, { stream }: { stream: string }) => stream });
    expect(host.sent).toEqual([{ kind: 'ready', pid: process.pid }]);
    host.say(configure);
    host.say(request(1, 'endTrack', { stream: 'a' }));
    expect(await replyTo(host.sent, 1)).toEqual({
      kind: 'response',
      id: 1,
      result: { ok: true, value: 'a' },
    });
  });

  test('replies with refusals as data, and with defects as such', async () => {
    const host = start({
      analyze: () => Promise.reject(new LikenessError('no_face', 'None.', { details: { a: 1 } })),
      warmUp: () => {
        throw new TypeError('boom');
      },
      // A function cannot cross processes.
      listModels: () => () => 1,
    });
    host.say(configure);
    ['analyze', 'warmUp', 'listModels'].forEach((method, id) => host.say(request(id, method)));
    expect(await replyTo(host.sent, 0)).toEqual({
      kind: 'response',
      id: 0,
      result: { ok: false, error: { code: 'no_face', message: 'None.', details: { a: 1 } } },
    });
    for (const id of [1, 2])
      expect(await replyTo(host.sent, id)).toMatchObject({
        result: { error: { code: 'internal' } },
      });
  });

  test('cancels the one request that was named', async () => {
    const host = start({
      analyze: async (_: unknown, __: unknown, { signal }: { signal: AbortSignal }) => {
        await once(signal, 'abort');
        throw new LikenessError('cancelled', 'Stopped.');
      },
    });
    host.say(configure);
    host.say(request(1, 'analyze'));
    host.say(request(2, 'analyze'));
    host.say({ kind: 'cancel', id: 2 });
    host.say({ kind: 'cancel', id: 99 });
    expect(await replyTo(host.sent, 2)).toMatchObject({ result: { error: { code: 'cancelled' } } });
    expect(host.sent.some((message) => message.kind !== 'ready' && message.id === 1)).toBe(false);
  });

  test('passes progress on under the number of its request', async () => {
    const progress = { stage: 'Fetching', done: 1 };
    const host = start({
      fetchModel: (_: unknown, __: unknown, { report }: { report: (p: unknown) => void }) =>
        report(progress),
    });
    host.say(configure);
    host.say(request(5, 'fetchModel'));
    expect(await replyTo(host.sent, 5)).toEqual({ kind: 'progress', id: 5, progress });
  });

  test.each([
    ['before it is configured', false, request(1, 'warmUp')],
    ['an unknown method', true, request(1, 'formatDisk')],
    ['a method that objects have by nature', true, request(1, 'toString')],
    ['no method', true, { kind: 'request', id: 1 }],
    ['an input that is none', true, request(1, 'warmUp', 'now!')],
  ])('refuses a request: %s', async (_, configured, message) => {
    const host = start({ warmUp: () => 'done' });
    if (configured) host.say(configure);
    host.say(message);
    expect(await replyTo(host.sent, 1)).toMatchObject({
      result: { error: { code: 'invalid_input' } },
    });
  });

  test.each([
    ['null', null],
    ['a word', 'analyze'],
    ['an unknown kind', { kind: 'obey' }],
    ['a request without a number', { kind: 'request', command: 'warmUp', input: {} }],
    ['a configuration that is none', { kind: 'configure', configuration: 7 }],
    ['a cancellation of nothing', { kind: 'cancel' }],
  ])('passes over what cannot be answered (%s), and works on', async (_, message) => {
    const host = start({ warmUp: () => 'done' });
    host.say(message);
    expect(host.complain).toHaveBeenCalledOnce();
    host.say(configure);
    host.say(request(1, 'warmUp'));
    expect(await replyTo(host.sent, 1)).toMatchObject({ result: { value: 'done' } });
  });

  test('ends on request and when the shell is gone', () => {
    const asked = start({});
    asked.say({ kind: 'shutdown' });
    expect(asked.exit).toHaveBeenCalledOnce();
    const left = start({});
    left.hangUp();
    expect(left.exit).toHaveBeenCalledOnce();
  });
});
