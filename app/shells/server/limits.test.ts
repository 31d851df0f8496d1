import { connect, type Socket } from 'node:net';
import { Decoder, encode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { wireLimits } from '../../../contract/wire.ts';
import { fakeBackend, secret, type FakeBackend } from '../wire/testing/fake-backend.ts';
import { usualRates } from './rate.ts';
import type { RunningServer } from './server.ts';
import {
  ask,
  codeOf,
  enter,
  sessionHeader,
  testServer,
  TestWindow,
  type Ask,
} from './testing/client.ts';

const MIB = 2 ** 20;
const json = { 'content-type': 'application/json' };
const key = { authorization: `Bearer ${secret}` };

let backend: FakeBackend;
let server: RunningServer;

beforeEach(async () => {
  const ran = { provider: 'cpu' as const, elapsedMs: 1, warnings: [] };
  backend = fakeBackend({
    'faces.detect': () => ({ width: 4, height: 3, faces: [], notes: [], ...ran }),
  });
  server = await testServer(backend);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await server[Symbol.asyncDispose]();
});

const listPeople = (authorization: Readonly<Record<string, string>> = key, body = '{}') =>
  ask(server, '/api/v1/people.list', {
    method: 'POST',
    headers: { ...json, ...authorization },
    body,
  });

async function statuses(count: number, once: () => Promise<{ status: number }>) {
  const seen: Record<number, number> = {};
  for (let i = 0; i < count; i++) {
    const { status } = await once();
    seen[status] = (seen[status] ?? 0) + 1;
  }
  return seen;
}

async function alive(window: TestWindow, id: number): Promise<void> {
  window.say({ kind: 'request', id, command: 'people.list', input: {} });
  const answers = { kind: 'response', id, result: { ok: true, value: { people: [] } } };
  expect(await window.next('response')).toEqual(answers);
}

describe('strangers', () => {
  test('who guess keys are told to wait, while the right key is served', async () => {
    const guess = () => listPeople({ authorization: `Bearer likeness_${'x'.repeat(43)}` });
    expect(await statuses(usualRates.guesses, guess)).toEqual({ 401: usualRates.guesses });
    const late = await guess();
    expect([late.status, codeOf(late)]).toEqual([429, 'too_many_requests']);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect(await statuses(600, guess)).toEqual({ 429: 600 });
    expect(await statuses(30, () => listPeople())).toEqual({ 200: 30 });
  });

  test.each([
    ['without a credential', { method: 'POST' }, '/api/v1/people.list'],
    ['with wrong keys', { method: 'POST', headers: { authorization: 'Bearer x' } }, '/api/v1/a'],
    ['with wrong sessions', { headers: { authorization: 'Session x' } }, '/session'],
    ['of another site', { headers: { origin: 'https://evil.example' } }, '/'],
    ['by another name', { headers: { host: 'evil.example' } }, '/'],
    ['with the key, by another name', { headers: { host: 'evil.example', ...key } }, '/api/v1/a'],
    ['for what there is not', {}, '/api/v2/nothing'],
    ['for the page of a link', { headers: { accept: 'text/html' } }, '/open'],
    ['with wrong tokens', wrongToken, '/session'],
  ] as [string, Ask | (() => Ask), string][])(
    'spend nothing of what the owner may ask: 700 requests %s',
    async (_what, asked, where) => {
      const window = await TestWindow.enter(server);
      const more = typeof asked === 'function' ? asked() : asked;
      await statuses(700, () => ask(server, where, more));
      expect((await listPeople()).status).toBe(200);
      await alive(window, 1);
      // A new window: its link, its page and its socket.
      await alive(await TestWindow.enter(server), 1);
      expect((await ask(server, '/open')).status).toBe(200);
    },
  );

  function wrongToken(): Ask {
    const headers = { ...json, origin: server.origin };
    return { method: 'POST', headers, body: JSON.stringify({ token: 'x'.repeat(43) }) };
  }

  test('who fail in other ways are told to wait as well, each way by itself', async () => {
    const foreign = () => ask(server, '/', { headers: { origin: 'https://evil.example' } });
    const { failures } = usualRates;
    expect(await statuses(failures + 10, foreign)).toEqual({ 403: failures, 429: 10 });
    const nameless = () => ask(server, '/', { headers: { host: 'evil.example' } });
    expect(await statuses(10, nameless)).toEqual({ 429: 10 });
    expect((await ask(server, '/api/v2/nothing')).status).not.toBe(429);
  });

  test('get no socket, at no address, and keep none open', async () => {
    for (const where of ['/socket', '/open', '/', '/nothing', '/session']) {
      const head = await raw(server, upgrade(where));
      expect(head).toMatch(/^HTTP\/1\.1 4\d\d /u);
      expect(head).toContain('content-security-policy');
    }
    const attempts = Array.from({ length: 300 }, () =>
      TestWindow.open(server, 'x'.repeat(43)).catch(() => 'refused'),
    );
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(['refused']));
    await alive(await TestWindow.enter(server), 1);
  });

  test('who open more connections than there is room for, and say little keep nobody out', async () => {
    const window = await TestWindow.enter(server);
    const open = new Set<Socket>();
    for (let i = 0; i < 1500; i++) {
      const socket = connect(server.port, '127.0.0.1');
      open.add(socket);
      socket.on('error', () => open.delete(socket)).on('close', () => open.delete(socket));
      await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
      socket.write('GET / HTTP/1.1\r\nHost: 127');
    }
    expect((await listPeople()).status).toBe(200);
    await alive(window, 1);
    await alive(await TestWindow.enter(server), 1);
    await vi.waitFor(() => expect(open.size).toBeLessThanOrEqual(1000));
    for (const socket of open) socket.destroy();
  });
});

test('a session, and every key, has an allowance of its own', async () => {
  await using busy = await testServer(backend, { rates: { ...usualRates, credential: 3 } });
  const list = () => ask(busy, '/api/v1/people.list', { method: 'POST', headers: key });
  const window = await TestWindow.enter(busy);
  const seen = await statuses(5, list);
  expect(seen).toEqual({ 200: 3, 429: 2 });
  await alive(window, 1);
  await alive(await TestWindow.enter(busy), 1);
});

describe('messages that hold too much', () => {
  const request = (input: unknown) => encode({ kind: 'request', id: 1, command: 'x', input });

  test.each([
    ['empty maps', () => emptyMaps(60 * MIB), 'message_too_large'],
    ['a wide input', () => request(Array(100_000).fill({})), 'message_too_large'],
    ['a long text', () => request('x'.repeat(4 * MIB)), 'message_too_large'],
    ['a million levels', () => new Uint8Array(MIB).fill(0x91), 'message_malformed'],
    [
      'four billion announced',
      () => new Uint8Array([0xdd, 255, 255, 255, 255]),
      'message_too_large',
    ],
  ] as const)('are refused before they are decoded: %s', async (_what, frame, code) => {
    const window = await TestWindow.enter(server);
    const decode = vi.spyOn(Decoder.prototype, 'decode');
    const bytes = frame();
    window.sayBytes(bytes);
    expect((await window.next('refused')).error.code).toBe(code);
    // The test's own end decodes what the server says.
    expect(decode.mock.calls.filter(([given]) => size(given) > 1000)).toEqual([]);
    await alive(window, 1);
  });

  const size = (given: unknown): number => (given as { byteLength?: number }).byteLength ?? 0;

  test.each<[string, () => string, number]>([
    ['empty objects', () => `[${'{},'.repeat(20 * MIB)}{}]`, 413],
    ['a wide list', () => `{"a":[${'1,'.repeat(100_000)}1]}`, 413],
    ['many long numbers', () => `[${`${'1'.repeat(200)},`.repeat(10_000)}1]`, 413],
    ['blanks', () => `{${' '.repeat(60 * MIB)}}`, 413],
    ['escaped quotes', () => `{"a":"${'\\"'.repeat(30 * MIB)}"}`, 413],
    ['backslashes', () => `{"a":"${'\\'.repeat(60 * MIB)}"}`, 413],
    ['a text where there are no bytes', () => `{"a":1,"name":"${'x'.repeat(60 * MIB)}"}`, 413],
    ['half a text', () => `{"a":"${'x'.repeat(60 * MIB)}`, 400],
    ['a million levels', () => '['.repeat(MIB), 400],
    ['half a list', () => '[1,2', 400],
  ])('are refused before they are parsed, as JSON: %s', async (_what, text, status) => {
    const body = text();
    const parse = vi.spyOn(JSON, 'parse');
    const answer = await ask(server, '/api/v1/people.rename', {
      method: 'POST',
      headers: { ...json, ...key },
      body,
    });
    const longest = Math.max(0, ...parse.mock.calls.map(([given]) => given.length));
    expect(longest).toBeLessThanOrEqual(wireLimits.textBytes + 1000);
    expect(answer.status).toBe(status);
    expect((await listPeople()).status).toBe(200);
  });

  test('are no photos: those come through, however long, whatever the way', async () => {
    const bytes = new Uint8Array(40 * MIB).map((_, i) => (i * 31 + (i >> 8)) % 251);
    const base64 = Buffer.from(bytes).toString('base64');
    const post = (headers: Record<string, string>, body: string | Uint8Array) =>
      ask(server, '/api/v1/faces.detect', {
        method: 'POST',
        headers: { ...key, ...headers },
        body,
      });
    const image = `{"image":{"name":"a.jpg","bytes":"${base64}"}}`;
    expect((await post(json, image)).status).toBe(200);
    expect((await post(json, image.replaceAll('/', '\\/'))).status).toBe(200);
    expect((await post({ 'content-type': 'image/jpeg' }, bytes)).status).toBe(200);
    const window = await TestWindow.enter(server);
    const input = { image: { bytes, name: 'a.jpg' } };
    window.say({ kind: 'request', id: 1, command: 'faces.detect', input });
    expect((await window.next('response')).result).toMatchObject({ ok: true });
    const calls = backend.calls.filter(({ name }) => name === 'faces.detect');
    expect(calls).toHaveLength(4);
    for (const call of calls) {
      const got = (call.input as { image: { bytes: Uint8Array } }).image.bytes;
      expect(Buffer.compare(got, bytes)).toBe(0);
    }
    for (const wrong of [`${base64.slice(4)}!AAA`, base64.slice(1), base64.replace('A', '-')]) {
      const refused = await post(json, image.replace(base64, wrong));
      expect([refused.status, codeOf(refused)]).toEqual([400, 'invalid_input']);
    }
  });

  test('of a compressed body are refused unread', async () => {
    const headers = { ...json, ...key, 'content-encoding': 'gzip' };
    const asked = { method: 'POST', headers, body: new Uint8Array(1000) };
    const answer = await ask(server, '/api/v1/people.list', asked);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'message_malformed']);
  });

  test('come in chunks of a byte, in as little memory as in one', async () => {
    const chunks = '1\r\n{\r\n' + '1\r\n \r\n'.repeat(50_000) + '1\r\n}\r\n0\r\n\r\n';
    const head = await raw(
      server,
      `POST /api/v1/people.list HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
        `Authorization: Bearer ${secret}\r\nContent-Type: application/json\r\n` +
        `Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunks}`,
    );
    expect(head).toMatch(/^HTTP\/1\.1 200 /u);
  });

  test('in many windows at once wait for each other, and all are answered', async () => {
    const bytes = new Uint8Array(4 * MIB);
    const windows = await Promise.all(Array.from({ length: 6 }, () => TestWindow.enter(server)));
    for (const [i, window] of windows.entries())
      for (const id of [1, 2]) {
        const input = { image: { bytes, name: `${i}.jpg` } };
        window.say({ kind: 'request', id, command: 'faces.detect', input });
      }
    for (const window of windows)
      for (const id of [1, 2])
        expect(await window.next('response')).toMatchObject({ id, result: { ok: true } });
  });
});

/** `[{}, {}, …]` of that many bytes. */
function emptyMaps(bytes: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(bytes).fill(0x80);
  new DataView(frame.buffer).setUint8(0, 0xdd);
  new DataView(frame.buffer).setUint32(1, bytes - 5);
  return frame;
}

const upgrade = (where: string, more = ''): string =>
  `GET ${where} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${server.origin}\r\n` +
  `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: ${'A'.repeat(22)}==\r\n${more}\r\n`;

/** All that the server answers to exactly these bytes, until it ends the connection. */
function raw(to: RunningServer, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(to.port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let answer = '';
    const done = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
      // A connection that stays open has answered by its headers.
      if (/^connection: keep-alive/imu.test(answer)) done();
    });
    socket.on('close', done).on('error', done);
  });
}

describe('whatever is refused', () => {
  const host = (): string => `Host: 127.0.0.1:${server.port}\r\n`;

  test.each<[string, number, () => string]>([
    ['a path that leads out', 404, () => `GET /..%2f..%2fetc/passwd HTTP/1.1\r\n${host()}\r\n`],
    ['another way out', 404, () => `GET /%2e%2e/%2e%2e/package.json HTTP/1.1\r\n${host()}\r\n`],
    ['a way out with a null', 404, () => `GET /..%00/a HTTP/1.1\r\n${host()}\r\n`],
    ['backslashes', 404, () => `GET /..%5c..%5cwindows HTTP/1.1\r\n${host()}\r\n`],
    ['a path that is no UTF-8', 400, () => `GET /%ff%fe HTTP/1.1\r\n${host()}\r\n`],
    ['half an escape', 400, () => `GET /a% HTTP/1.1\r\n${host()}\r\n`],
    ['half an escape, as a socket', 400, () => upgrade('/a%')],
    [
      'half an escape, by another name',
      403,
      () => 'GET /a% HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    ],
    ['an unknown method', 405, () => `STEAL / HTTP/1.1\r\n${host()}\r\n`],
    ['a rare method', 404, () => `PROPFIND / HTTP/1.1\r\n${host()}\r\n`],
    ['a tunnel', 405, () => `CONNECT evil.example:443 HTTP/1.1\r\n${host()}\r\n`],
    ['no Host', 403, () => 'GET / HTTP/1.1\r\n\r\n'],
    ['two Hosts', 400, () => `GET / HTTP/1.1\r\n${host()}Host: evil.example\r\n\r\n`],
    ['HTTP/1.0 without a Host', 403, () => 'GET / HTTP/1.0\r\n\r\n'],
    ['no HTTP', 400, () => 'hello\r\n\r\n'],
    ['HTTP/2', 400, () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', 400, () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a header without a name', 400, () => `GET / HTTP/1.1\r\n${host()}: x\r\n\r\n`],
    ['too long an address', 414, () => `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n${host()}\r\n`],
    [
      'a million parameters',
      414,
      () => `GET /?${'a=1&'.repeat(250_000)} HTTP/1.1\r\n${host()}\r\n`,
    ],
    [
      'too long a header',
      431,
      () => `GET / HTTP/1.1\r\n${host()}X: ${'a'.repeat(100_000)}\r\n\r\n`,
    ],
    ['many headers', 431, () => `GET / HTTP/1.1\r\n${host()}${'X: 1\r\n'.repeat(100_000)}\r\n`],
    [
      'two lengths',
      400,
      () => `POST / HTTP/1.1\r\n${host()}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`,
    ],
    [
      'a length and chunks',
      400,
      () => `POST / HTTP/1.1\r\n${host()}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx`,
    ],
    [
      'a chunk without a length',
      400,
      () =>
        `POST /session HTTP/1.1\r\n${host()}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    ],
    [
      'an expectation',
      417,
      () => `GET / HTTP/1.1\r\n${host()}Expect: money\r\nConnection: close\r\n\r\n`,
    ],
    [
      'a socket that is none',
      404,
      () => `GET /open HTTP/1.1\r\n${host()}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    ],
    ['a socket without a session', 401, () => upgrade('/socket')],
    [
      'a socket of another site',
      403,
      () => upgrade('/socket').replace(server.origin, 'https://evil.example'),
    ],
    [
      'a key that is none',
      401,
      () => `POST /api/v1/people.list HTTP/1.1\r\n${host()}Authorization: Bearer \xff\xfe\r\n\r\n`,
    ],
  ])('is answered with a code and the protective headers: %s', async (_what, status, text) => {
    const answer = await raw(server, text());
    const [head, body] = answer.split('\r\n\r\n', 2);
    expect(Number(/^HTTP\/1\.1 (\d+) /u.exec(answer)?.[1])).toBe(status);
    expect(head).toMatch(/^content-security-policy: default-src 'none'/imu);
    expect(head).toMatch(/^x-content-type-options: nosniff/imu);
    expect(head).toMatch(/^cross-origin-resource-policy: same-origin/imu);
    expect(JSON.parse(body!)).toMatchObject({ error: { code: expect.any(String) as string } });
    // No stack, no file of ours.
    expect(body).not.toMatch(/node_modules|\.ts:|\.js:|\n +at /u);
    expect((await listPeople()).status).toBe(200);
  });

  test('with a session as well', async () => {
    const headers = sessionHeader(await enter(server));
    for (const where of [
      '/..%2f..%2fetc/passwd',
      '/%2e%2e/package.json',
      '/..%5c..%5ca',
      '/.secret',
    ]) {
      const answer = await ask(server, where, { headers });
      expect([answer.status, codeOf(answer)]).toEqual([404, 'route_unknown']);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test('of a socket that the plugin itself refuses', async () => {
    const protocols = `Sec-WebSocket-Protocol: likeness, session.${await enter(server)}\r\n`;
    const broken = upgrade('/socket', protocols).replace(/Sec-WebSocket-Key: .*\r\n/u, '');
    const answer = await raw(server, broken);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /u);
    expect(answer).toMatch(/^content-security-policy: default-src 'none'/imu);
  });
});
