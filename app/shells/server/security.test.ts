import { encode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wireLimits } from '../../../contract/wire.ts';
import { fakeBackend, secret, status, type FakeBackend } from '../wire/testing/fake-backend.ts';
import type { RunningServer } from './server.ts';
import { ask, codeOf, enter, sessionHeader, testServer, TestWindow } from './testing/client.ts';

let backend: FakeBackend;
let server: RunningServer;

beforeEach(async () => {
  backend = fakeBackend();
  server = await testServer(backend);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

const json = { 'content-type': 'application/json' };
const key = { authorization: `Bearer ${secret}` };

describe('without a session', () => {
  test.each(['/window', '/session'])('%s is 401', async (where) => {
    for (const headers of [{}, sessionHeader('x'.repeat(43)), { cookie: 'likeness=x' }, key]) {
      const answer = await ask(server, where, { headers });
      expect([answer.status, codeOf(answer)]).toEqual([401, 'not_authorized']);
    }
  });

  test('the pages are there for everybody, and tell nothing', async () => {
    const page = await ask(server, '/', { headers: { accept: 'text/html' } });
    expect([page.status, page.text.includes('likeness link')]).toEqual([200, true]);
    expect((await ask(server, '/app.js')).status).toBe(200);
    expect(backend.calls).toEqual([]);
  });

  test('a command of the REST interface is 401, also with a session', async () => {
    const secret = await enter(server);
    const answer = await ask(server, '/api/v1/people.list', {
      method: 'POST',
      headers: { ...json, ...sessionHeader(secret), origin: server.origin },
      body: '{}',
    });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'not_authorized']);
    expect(backend.calls).toEqual([]);
  });

  test('the socket does not open', async () => {
    await expect(TestWindow.open(server, 'x'.repeat(43))).rejects.toThrow('refused');
    await expect(TestWindow.open(server, '')).rejects.toThrow('refused');
    expect(backend.listeners).toBe(0);
  });

  test('a revoked or invented key is 401', async () => {
    const answer = await ask(server, '/api/v1/people.list', {
      method: 'POST',
      headers: { authorization: 'Bearer lk_invented' },
    });
    expect(answer.status).toBe(401);
  });
});

const trade = (token: string, headers: Readonly<Record<string, string>> = {}) =>
  ask(server, '/session', {
    method: 'POST',
    headers: { ...json, origin: server.origin, ...headers },
    body: JSON.stringify({ token }),
  });

describe('a link', () => {
  const tokenOf = (link: string): string => new URL(link).hash.slice(1);

  test('opens one session, and none afterwards', async () => {
    const token = tokenOf(server.newLink());
    const statuses = [
      await trade(token),
      await trade(token),
      await trade(tokenOf(server.newLink())),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([200, 401, 200]);
  });

  test('that is used at two places at once opens one of them', async () => {
    const token = tokenOf(server.newLink());
    const answers = await Promise.all(Array.from({ length: 8 }, () => trade(token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('of another start, changed or invented opens nothing', async () => {
    await using other = await testServer(backend);
    const token = tokenOf(server.newLink());
    const flipped = `${token.slice(0, -2)}${token.endsWith('A') ? 'B' : 'A'}${token.slice(-1)}`;
    for (const wrong of [tokenOf(other.newLink()), flipped, `${token}=`, 'x'.repeat(43), ''])
      expect((await trade(wrong)).status).toBe(401);
    expect((await trade(token)).status).toBe(200);
  });

  test('is for pages of Likeness itself', async () => {
    const token = tokenOf(server.newLink());
    expect((await trade(token, { origin: 'http://127.0.0.1:1' })).status).toBe(403);
    expect((await trade(token)).status).toBe(200);
  });
});

test('the page of a link asks for nothing that is refused', async () => {
  for (const where of ['/open', '/']) {
    const { text } = await ask(server, where, { headers: { accept: 'text/html' } });
    // Browsers ask for /favicon.ico where a page names no icon.
    expect(text).toMatch(/<link rel="icon" /u);
    for (const [, asked] of text.matchAll(/(?:href|src)="([^"]*)"/gu))
      if (!asked!.startsWith('data:')) expect((await ask(server, asked!)).status).toBe(200);
  }
});

describe('the session', () => {
  test('is nothing that a browser sends by itself, to this port or another', async () => {
    const answer = await trade(new URL(server.newLink()).hash.slice(1));
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers['cache-control']).toBe('no-store');
    const { secret } = answer.json() as { readonly secret: string };
    // What a server on another port was sent while cookies carried sessions, with a forged Origin.
    const stolen = { origin: server.origin, cookie: `likeness-${server.port}=${secret}` };
    expect((await ask(server, '/window', { headers: stolen })).status).toBe(401);
    await expect(TestWindow.open(server, 'none', stolen)).rejects.toThrow('refused');
    expect((await ask(server, '/window', { headers: sessionHeader(secret) })).status).toBe(200);
  });

  test('opens the window, and nothing beside its pages', async () => {
    const headers = sessionHeader(await enter(server));
    expect((await ask(server, '/window', { headers })).text).toContain('<title>Likeness');
    for (const where of ['/.secret', '/..%2f..%2fetc/passwd', '/%2e%2e/package.json'])
      expect((await ask(server, where, { headers })).status).toBeGreaterThanOrEqual(400);
  });

  test('every answer forbids what is not ours', async () => {
    for (const where of ['/', '/open', '/nothing', '/window', '/keeper.js']) {
      const { headers } = await ask(server, where);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("connect-src 'self'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('what outlives a session', () => {
  const create = { kind: 'request', command: 'access.createKey', input: { name: 'Door' } } as const;
  const created = () => backend.calls.filter(({ name }) => name === 'access.createKey');
  const codeIn = (line: string | undefined) => /\d{6}/u.exec(line ?? '')?.[0] ?? '';
  const said: string[] = [];

  async function withoutPin(): Promise<RunningServer> {
    said.length = 0;
    backend = fakeBackend({
      'system.status': () => status(false),
      'access.createKey': ({ name }) => ({
        key: { id: 1, name, createdAt: '2026-03-01T10:00:00.000Z', lastUsedAt: null },
        secret: 'likeness_new',
      }),
    });
    return testServer(backend, { tell: (line) => said.push(line) });
  }

  test('takes the code that only the owner sees', async () => {
    await using guarded = await withoutPin();
    const window = await TestWindow.enter(guarded);
    window.say({ ...create, id: 1 });
    expect((await window.next('response')).result).toMatchObject({
      error: { code: 'proof_needed', details: { by: 'code' } },
    });
    expect([created(), said.length]).toEqual([[], 1]);
    window.say({ ...create, id: 2, proof: 'guess' });
    expect((await window.next('response')).result).toMatchObject({
      error: { code: 'proof_wrong' },
    });
    window.say({ ...create, id: 3, proof: codeIn(said[0]) });
    expect((await window.next('response')).result).toMatchObject({ ok: true });
    // For some minutes, for this window alone, and the code is used up.
    window.say({ ...create, id: 4 });
    expect((await window.next('response')).result).toMatchObject({ ok: true });
    const thief = await TestWindow.enter(guarded);
    thief.say({ ...create, id: 1, proof: codeIn(said[0]) });
    expect((await thief.next('response')).result).toMatchObject({ error: { code: 'proof_wrong' } });
    expect(created()).toHaveLength(2);
  });

  test('takes no code any more after five wrong ones', async () => {
    await using guarded = await withoutPin();
    const window = await TestWindow.enter(guarded);
    window.say({ ...create, id: 1 });
    await window.next('response');
    for (let id = 2; id <= 6; id++) window.say({ ...create, id, proof: 'wrong' });
    window.say({ ...create, id: 7, proof: codeIn(said[0]) });
    for (let id = 2; id <= 7; id++)
      expect((await window.next('response')).result).toMatchObject({
        error: { code: 'proof_wrong' },
      });
    // Nor is there a fresh one at once.
    window.say({ ...create, id: 8 });
    await window.next('response');
    expect([created(), said.length]).toEqual([[], 1]);
  });

  test('takes the PIN where one is set', async () => {
    const window = await TestWindow.enter(server);
    for (const [i, command] of [
      'access.createKey',
      'backup.create',
      'backup.restore',
      'activity.export',
      'attendance.export',
      'kiosk.setPin',
    ].entries()) {
      window.say({ kind: 'request', id: i + 1, command, input: {} });
      expect((await window.next('response')).result).toMatchObject({
        error: { code: 'proof_needed', details: { by: 'pin' } },
      });
    }
    window.say({ ...create, id: 10, proof: '0000' });
    expect((await window.next('response')).result).toMatchObject({ ok: false });
    expect(created()).toEqual([]);
    window.say({ ...create, id: 11, proof: '2580' });
    await window.next('response');
    expect(created()).toHaveLength(1);
  });
});

describe('another site', () => {
  const foreign = 'https://evil.example';

  test.each(['evil.example', 'evil.example:4617', 'likeness.127.0.0.1.nip.io', '127.0.0.1:1'])(
    'a Host of %j is 403, even with a session',
    async (host) => {
      const headers = { host, ...sessionHeader(await enter(server)) };
      const answer = await ask(server, '/window', { headers });
      expect([answer.status, codeOf(answer)]).toEqual([403, 'origin_refused']);
    },
  );

  test.each([foreign, 'null', 'http://127.0.0.1', 'http://localhost.evil.example', 'file://'])(
    'an Origin of %s is 403, with session and key',
    async (origin) => {
      const headers = { ...sessionHeader(await enter(server)), origin, ...json };
      for (const [where, method] of [
        ['/window', 'GET'],
        ['/session', 'POST'],
        ['/api/v1/people.list', 'POST'],
      ] as const) {
        const answer = await ask(server, where, { method, headers });
        expect([answer.status, codeOf(answer)]).toEqual([403, 'origin_refused']);
      }
      expect(backend.calls).toEqual([]);
    },
  );

  test('its preflight is not answered with a permission', async () => {
    const answer = await ask(server, '/api/v1/people.list', {
      method: 'OPTIONS',
      headers: { origin: foreign, 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    );
  });

  test('cannot open the socket, not even with a session', async () => {
    const secret = await enter(server);
    const origins = [foreign, `http://127.0.0.1:${server.port + 1}`, 'null'];
    for (const headers of [...origins.map((origin) => ({ origin })), {}])
      await expect(TestWindow.open(server, secret, headers)).rejects.toThrow('refused');
    expect(backend.listeners).toBe(0);
  });

  test('cannot post a form, which comes without Origin in old browsers', async () => {
    const answer = await ask(server, '/session', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'token=x',
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test('cannot embed, load or navigate to anything but the page of a link', async () => {
    const from = (mode: string, dest: string) => ({
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': mode,
      'sec-fetch-dest': dest,
    });
    const status = async (where: string, mode: string, dest: string) =>
      (await ask(server, where, { headers: from(mode, dest) })).status;
    expect(await status('/app.js', 'no-cors', 'script')).toBe(403);
    expect(await status('/', 'navigate', 'iframe')).toBe(403);
    expect(await status('/', 'navigate', 'document')).toBe(403);
    expect(await status('/open', 'navigate', 'iframe')).toBe(403);
    expect(await status('/open', 'navigate', 'document')).toBe(200);
  });
});

describe('messages that do not fit', () => {
  const alive = async (window: TestWindow, id: number): Promise<void> => {
    window.say({ kind: 'request', id, command: 'people.list', input: {} });
    expect(await window.next('response')).toEqual({
      kind: 'response',
      id,
      result: { ok: true, value: { people: [] } },
    });
  };
  const refusal = async (window: TestWindow) => (await window.next('refused')).error.code;

  test.each([
    ['text', 'hello'],
    ['no MessagePack', new Uint8Array([0xc1])],
    ['half a message', encode({ kind: 'request', id: 1 }).slice(0, 5)],
    ['no message', encode(42)],
    ['another kind', encode({ kind: 'eval', code: 'process.exit()' })],
    ['no id', encode({ kind: 'request', command: 'people.list', input: {} })],
    ['an id that is none', encode({ kind: 'request', id: -1, command: 'people.list', input: {} })],
    ['more than there is', encode({ kind: 'cancel', id: 1, admin: true })],
    ['deep nesting', encode(nested(90))],
    ['a polluted prototype', new Uint8Array([0x81, 0xa9, ...Buffer.from('__proto__'), 0x80])],
  ])('%s is refused as malformed', async (_what, frame) => {
    const window = await TestWindow.enter(server);
    window.sayBytes(frame);
    expect(await refusal(window)).toBe('message_malformed');
    await alive(window, 1);
  });

  test('an unknown command, and inherited names, are refused', async () => {
    const window = await TestWindow.enter(server);
    for (const [i, command] of ['people.steal', 'constructor', '__proto__'].entries()) {
      window.say({ kind: 'request', id: i + 1, command, input: {} });
      expect((await window.next('response')).result).toMatchObject({
        error: { code: 'command_unknown' },
      });
    }
    await alive(window, 4);
  });

  test('a wrong input is refused', async () => {
    const window = await TestWindow.enter(server);
    window.say({ kind: 'request', id: 1, command: 'people.show', input: { person: [] } });
    expect((await window.next('response')).result).toMatchObject({
      error: { code: 'invalid_input' },
    });
    await alive(window, 2);
  });

  test('ids that were used or are ahead are refused', async () => {
    const window = await TestWindow.enter(server);
    await alive(window, 5);
    for (const id of [5, 3]) {
      window.say({ kind: 'request', id, command: 'people.list', input: {} });
      expect(await refusal(window)).toBe('message_out_of_order');
    }
    window.say({ kind: 'cancel', id: 6 });
    expect(await refusal(window)).toBe('message_out_of_order');
    // Answered already: a cancel that crossed its answer.
    window.say({ kind: 'cancel', id: 5 });
    await alive(window, 6);
  });

  test('too large a message is refused, a far larger one closes the socket alone', async () => {
    const window = await TestWindow.enter(server);
    const bytes = new Uint8Array(wireLimits.messageBytes);
    window.say({ kind: 'request', id: 1, command: 'pictures.add', input: { image: { bytes } } });
    expect((await window.next('response')).result).toMatchObject({
      error: { code: 'message_too_large' },
    });
    await alive(window, 2);
    window.sayBytes(new Uint8Array(wireLimits.messageBytes + 20 * 1024 * 1024));
    expect(await window.untilClosed()).toBe(1009);
    await alive(await TestWindow.enter(server), 1);
  });

  test('REST refuses what it cannot read, with a code', async () => {
    const post = (where: string, headers: Record<string, string>, body: string) =>
      ask(server, where, { method: 'POST', headers: { ...key, ...headers }, body });
    const list = '/api/v1/people.list';
    const seen = [
      await post(list, json, '{"open'),
      await post(list, { 'content-type': 'text/xml' }, '<a/>'),
      await post(list, json, '{"__proto__": {}}'),
      await post('/api/v1/people.steal', json, '{}'),
      await post('/api/v1/people.show', json, '{"person": []}'),
      await post('/api/v1/access.createKey', json, '{"name": "Mine"}'),
      await post('/session', { ...json, origin: server.origin }, `"${'x'.repeat(5000)}"`),
    ];
    expect(seen.map((answer) => [answer.status, codeOf(answer)])).toEqual([
      [400, 'message_malformed'],
      [400, 'message_malformed'],
      [400, 'message_malformed'],
      [404, 'command_unknown'],
      [400, 'invalid_input'],
      [403, 'command_refused'],
      [413, 'message_too_large'],
    ]);
    expect((await post(list, json, '{}')).json()).toEqual({ people: [] });
  });
});

function nested(depth: number): unknown {
  let value: unknown = null;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}
