import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commands, type CommandName } from '../../../../contract/commands.ts';
import { mayCall } from '../../wire/access.ts';
import { fakeBackend, secret, type FakeBackend } from '../../wire/testing/fake-backend.ts';
import type { RunningServer } from '../server.ts';
import { ask, codeOf, testServer } from '../testing/client.ts';
import { fromJson, toJson } from './bodies.ts';
import { jsonSchema, openApi } from './openapi.ts';

const photo = new Uint8Array([0xff, 0xd8, 0xff, 0x00]);
const authorization = `Bearer ${secret}`;

let backend: FakeBackend;
let server: RunningServer;

beforeEach(async () => {
  const ran = { provider: 'cpu' as const, elapsedMs: 1, warnings: [] };
  backend = fakeBackend({
    'faces.detect': () => ({ width: 4, height: 3, faces: [], notes: [], ...ran }),
    'identification.identify': () => ({
      width: 4,
      height: 3,
      model: 'm',
      threshold: 1,
      thresholdSource: { kind: 'model' as const },
      faces: [],
      notes: [],
      ...ran,
    }),
    'people.portraits': () => ({ portraits: [{ template: 7, jpeg: photo }] }),
  });
  server = await testServer(backend);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

const post = (where: string, type: string, body: string | Uint8Array, more = {}) =>
  ask(server, `/api/v1/${where}`, {
    method: 'POST',
    headers: { authorization, 'content-type': type, ...more },
    body,
  });

describe('pictures', () => {
  test('come as base64 in JSON', async () => {
    const image = { bytes: Buffer.from(photo).toString('base64'), name: 'ada.jpg' };
    const answer = await post('faces.detect', 'application/json', JSON.stringify({ image }));
    expect([answer.status, answer.json()]).toMatchObject([200, { width: 4, faces: [] }]);
    expect(backend.calls[0]!.input).toEqual({ image: { bytes: photo, name: 'ada.jpg' } });
  });

  test('come as they are, the other fields in the query', async () => {
    const name = { 'x-file-name': encodeURIComponent('Bürgeramt.jpg') };
    const answer = await post('identification.identify?top=3', 'image/jpeg', photo, name);
    expect(answer.status).toBe(200);
    expect(backend.calls[0]!.input).toMatchObject({ top: 3, image: { name: 'Bürgeramt.jpg' } });
    const { image } = backend.calls[0]!.input as { image: { bytes: Uint8Array } };
    expect([...image.bytes]).toEqual([...photo]);
  });

  test('go out as base64', async () => {
    const answer = await post('people.portraits', 'application/json', '{"templates":[7]}');
    expect(answer.json()).toEqual({
      portraits: [{ template: 7, jpeg: Buffer.from(photo).toString('base64') }],
    });
  });

  test('of ten megabytes come through as base64, byte for byte', async () => {
    const bytes = new Uint8Array(10 * 2 ** 20).map((_, i) => (i * 31) % 251);
    const image = { bytes: Buffer.from(bytes).toString('base64'), name: 'large.jpg' };
    const answer = await post('faces.detect', 'application/json', JSON.stringify({ image }));
    expect(answer.status).toBe(200);
    const got = (backend.calls[0]!.input as { image: { bytes: Uint8Array } }).image.bytes;
    expect(Buffer.compare(got, bytes)).toBe(0);
  });

  test('beyond the limit of a message are answered with 413 and a code', async () => {
    const answer = await post('faces.detect', 'image/jpeg', new Uint8Array(65 * 2 ** 20));
    expect([answer.status, codeOf(answer)]).toEqual([413, 'message_too_large']);
  });

  test('that are no base64 are refused', async () => {
    for (const bytes of ['not base64!', 'AAA', 'AA=A', 'A===', 'AA-_', 'QUJD\n\n\n\n']) {
      const body = JSON.stringify({ image: { bytes, name: 'a' } });
      expect((await post('faces.detect', 'application/json', body)).status).toBe(400);
    }
  });
});

test('nesting deeper than any input is refused', async () => {
  const deep = `{"image":{"path":"/a"},"x":${'{"x":'.repeat(200_000)}1${'}'.repeat(200_000)}}`;
  expect((await post('faces.detect', 'application/json', deep)).status).toBe(400);
  const list = `{"image":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  expect((await post('faces.detect', 'application/json', list)).status).toBe(400);
});

test.each(['GET', 'PUT', 'DELETE'])(
  '%s on a command is answered with the method it takes',
  async (method) => {
    const answer = await ask(server, '/api/v1/faces.detect', {
      method,
      headers: { authorization },
    });
    expect([answer.status, codeOf(answer), answer.headers.allow]).toEqual([
      405,
      'method_refused',
      'POST',
    ]);
    const stranger = await ask(server, '/api/v1/faces.detect', { method });
    expect([stranger.status, codeOf(stranger)]).toEqual([401, 'not_authorized']);
  },
);

test('bytes survive the way there and back, also as part of a larger buffer', () => {
  const schema = jsonSchema(commands['enrollment.enroll'].input, 'input');
  const whole = Buffer.concat([Buffer.from('xx'), photo, Buffer.from('yy')]);
  const images = [{ bytes: whole.subarray(2, 6), name: 'a.jpg' }, { path: '/b.jpg' }];
  const there = JSON.parse(toJson({ name: 'Ada', images })) as unknown;
  const back = fromJson(schema, there);
  expect(back).toEqual({
    name: 'Ada',
    images: [{ bytes: photo, name: 'a.jpg' }, { path: '/b.jpg' }],
  });
  expect(commands['enrollment.enroll'].input.safeParse(back).success).toBe(true);
});

describe('the OpenAPI document', () => {
  test('has every command that a program may call, and no other', () => {
    const { openapi, paths } = openApi() as { openapi: string; paths: Record<string, unknown> };
    expect(openapi).toBe('3.1.0');
    const expected = (Object.keys(commands) as CommandName[]).filter((name) =>
      mayCall('program', name),
    );
    expect(Object.keys(paths)).toEqual(expected.map((name) => `/${name}`));
    expect(paths).not.toHaveProperty('/access.createKey');
  });

  test('is served to whoever has a key', async () => {
    const answer = await ask(server, '/api/v1/openapi.json', { headers: { authorization } });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      paths: {
        '/faces.detect': {
          post: {
            operationId: 'faces.detect',
            requestBody: {
              required: true,
              content: { 'application/json': { schema: { required: ['image'] } }, 'image/*': {} },
            },
          },
        },
      },
    });
  });

  test('says of every path what a program may give', () => {
    const text = JSON.stringify(openApi());
    expect(text).toContain('A file in a folder that the owner lets programs into');
    expect(text).toContain('A folder in a folder that the owner lets programs into');
    expect(text).toContain('Get the finished picture with paintings.export.');
  });

  test('describes every input and output, bytes as base64', () => {
    const text = JSON.stringify(openApi());
    expect(text).toContain('"contentEncoding":"base64"');
    // A schema that cannot be written down would be left open.
    expect(text).not.toContain('"schema":{}');
  });
});
