import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fillDisk, mountSmallDisk } from '../../foundation/files/testing/small-disk.ts';
import { httpSource, transfer, type PinnedFile, type TransferOptions } from './transfer.ts';
import { sha256Of } from '../../foundation/hash.ts';
import { cuttingHandler, rangeHandler, serve, type Handler } from './testing/file-server.ts';
import { scratchFolder } from './testing/scratch.ts';

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) % 256);
const pinned: PinnedFile = {
  name: 'net.onnx',
  url: 'http://unused.invalid/net.onnx',
  bytes: content.length,
  sha256: sha256Of(content),
};

/** Transfers from a server into a scratch folder, where `present` bytes lie already. */
async function attempt(handler: Handler, present?: Uint8Array, options: TransferOptions = {}) {
  await using folder = await scratchFolder();
  await using server = await serve(handler);
  const part = path.join(folder.path, 'downloads', 'net.onnx.part');
  if (present !== undefined) {
    await mkdir(path.dirname(part));
    await writeFile(part, present);
  }
  const source = httpSource(new URL(`${server.url}/net.onnx`));
  const outcome = await transfer(pinned, source, part, options).catch((error: unknown) => error);
  const left = existsSync(part) ? new Uint8Array(await readFile(part)) : undefined;
  return { outcome, left, ranges: server.ranges };
}

describe('a sound server', () => {
  test('brings the whole file', async () => {
    const { outcome, left, ranges } = await attempt(rangeHandler(content));
    expect(outcome).toBe(0);
    expect(left).toEqual(content);
    expect(ranges).toEqual([undefined]);
  });

  test('reports growing bytes up to the whole', async () => {
    const seen: number[] = [];
    await attempt(rangeHandler(content), undefined, { onBytes: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(content.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('continues where an earlier attempt was cut', async () => {
    const { outcome, left, ranges } = await attempt(rangeHandler(content), content.slice(0, 1234));
    expect(outcome).toBe(1234);
    expect(ranges).toEqual(['bytes=1234-']);
    expect(left).toEqual(content);
  });

  test('is not asked where the whole file is here already', async () => {
    const { outcome, ranges } = await attempt(rangeHandler(content), content);
    expect(outcome).toBe(content.length);
    expect(ranges).toEqual([]);
  });

  test('redirects to another address', async () => {
    const redirecting: Handler = (request, response) => {
      if (request.url === '/there') rangeHandler(content)(request, response);
      else response.writeHead(302, { location: '/there' }).end();
    };
    expect((await attempt(redirecting)).left).toEqual(content);
  });
});

describe('a peculiar server', () => {
  test('that ignores ranges makes the transfer start anew', async () => {
    const whole: Handler = (_, response) => response.end(content);
    const { outcome, left } = await attempt(whole, content.slice(0, 1234));
    expect(outcome).toBe(0);
    expect(left).toEqual(content);
  });

  test('that sends another range than the one asked for is asked for the whole file', async () => {
    const shifted: Handler = (request, response) => {
      if (request.headers.range === undefined) response.end(content);
      else
        response
          .writeHead(206, { 'content-range': `bytes 5-${content.length - 1}/${content.length}` })
          .end(content.subarray(5));
    };
    const { outcome, left, ranges } = await attempt(shifted, content.slice(0, 1234));
    expect(ranges).toEqual(['bytes=1234-', undefined]);
    expect(outcome).toBe(0);
    expect(left).toEqual(content);
  });

  test('that has no such range is asked for the whole file', async () => {
    const shorter = rangeHandler(content.subarray(0, 1000));
    const { outcome, ranges } = await attempt(shorter, content.slice(0, 1234));
    expect(ranges).toEqual(['bytes=1234-', undefined]);
    expect(outcome).toMatchObject({ code: 'download_corrupt' });
  });
});

describe('a failing server', () => {
  test.each([404, 403, 500, 503])('that answers %i is named, with its answer', async (status) => {
    const { outcome, left } = await attempt((_, response) => response.writeHead(status).end('no'));
    expect(outcome).toMatchObject({ code: 'download_failed', details: { status } });
    expect(outcome).toMatchObject({ message: expect.stringContaining(String(status)) as string });
    expect(left).toBeUndefined();
  });

  test('that redirects for ever is given up', async () => {
    const { outcome } = await attempt((_, response) =>
      response.writeHead(302, { location: '/again' }).end(),
    );
    expect(outcome).toMatchObject({ code: 'download_failed' });
  });

  test('that cuts the connection leaves its bytes for the next attempt', async () => {
    const { outcome, left } = await attempt(cuttingHandler(content, 100_000));
    expect(outcome).toMatchObject({
      code: 'download_failed',
      message: expect.stringContaining('continue where it stopped') as string,
    });
    expect(left).toEqual(content.slice(0, 100_000));
  });

  test('that falls silent is given up, and its bytes are kept', async () => {
    const silent: Handler = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 5000));
    };
    const { outcome, left } = await attempt(silent, undefined, { idleMs: 300 });
    expect(outcome).toMatchObject({
      code: 'download_failed',
      message: expect.stringContaining('nothing arrived for 0.3 s') as string,
    });
    expect(left).toEqual(content.slice(0, 5000));
  });

  test('that never answers is given up', async () => {
    const { outcome } = await attempt(() => undefined, undefined, { idleMs: 300 });
    expect(outcome).toMatchObject({
      code: 'download_failed',
      message: expect.stringContaining('nothing arrived') as string,
    });
  });

  test('that is not there is named', async () => {
    await using folder = await scratchFolder();
    const { url } = await closedServer();
    const part = path.join(folder.path, 'x.part');
    const outcome = transfer(pinned, httpSource(new URL(url)), part);
    await expect(outcome).rejects.toMatchObject({
      code: 'download_failed',
      message: expect.stringMatching(/127\.0\.0\.1.*ECONNREFUSED/) as string,
    });
  });
});

async function closedServer() {
  await using server = await serve(() => undefined);
  return { url: server.url };
}

describe('wrong bytes', () => {
  test('are noticed and thrown away', async () => {
    const wrong = content.slice();
    wrong[150_000]! ^= 1;
    const { outcome, left } = await attempt(rangeHandler(wrong));
    expect(outcome).toMatchObject({
      code: 'download_corrupt',
      details: { expected: pinned.sha256, actual: sha256Of(wrong) },
    });
    expect(left).toBeUndefined();
  });

  test('of an earlier attempt are noticed and thrown away', async () => {
    const { outcome, left } = await attempt(rangeHandler(content), new Uint8Array(1234));
    expect(outcome).toMatchObject({ code: 'download_corrupt' });
    expect(left).toBeUndefined();
  });

  test.each([
    ['too few', content.subarray(0, 299_999)],
    ['too many', new Uint8Array(300_001)],
  ])('that are %s are refused before the first is read', async (_, body) => {
    const { outcome, left } = await attempt((__, response) => response.end(body));
    expect(outcome).toMatchObject({ code: 'download_corrupt', details: { actual: body.length } });
    expect(left).toBeUndefined();
  });

  test.each([
    ['too few', content.subarray(0, 299_999)],
    ['too many', new Uint8Array(900_000)],
  ])('that turn out to be %s are thrown away', async (_, body) => {
    const { outcome, left } = await attempt((__, response) => {
      response.write(body.subarray(0, 10));
      response.end(body.subarray(10));
    });
    expect(outcome).toMatchObject({ code: 'download_corrupt' });
    expect(left).toBeUndefined();
  });
});

test('cancelling keeps the bytes that arrived', async () => {
  const stop = new AbortController();
  const slow: Handler = (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 5000));
  };
  const options = { signal: stop.signal, onBytes: () => stop.abort() };
  const { outcome, left } = await attempt(slow, undefined, options);
  expect(outcome).toMatchObject({ code: 'cancelled' });
  expect(left).toEqual(content.slice(0, 5000));
});

test('a signal that is aborted from the start fetches nothing', async () => {
  const { outcome, ranges } = await attempt(rangeHandler(content), undefined, {
    signal: AbortSignal.abort(),
  });
  expect(outcome).toMatchObject({ code: 'cancelled' });
  expect(ranges).toEqual([]);
});

test('a full disk is said to be full', async ({ skip }) => {
  const disk = await mkdtemp(path.join(tmpdir(), 'likeness-transfer-'));
  onTestFinished(() => rm(disk, { recursive: true }));
  if (!mountSmallDisk(disk, 1 << 20)) return skip('mounting a small disk is not allowed');
  fillDisk(disk);
  await using server = await serve(rangeHandler(content));
  const part = path.join(disk, 'net.onnx.part');
  const outcome = transfer(pinned, httpSource(new URL(server.url)), part);
  await expect(outcome).rejects.toMatchObject({
    code: 'disk_full',
    message: expect.stringContaining(part) as string,
  });
});

test('what a link leads to is not written over', async () => {
  await using folder = await scratchFolder();
  await using server = await serve(rangeHandler(content));
  const [part, victim] = [path.join(folder.path, 'net.onnx.part'), path.join(folder.path, 'diary')];
  await writeFile(victim, 'Dear diary');
  await symlink(victim, part);
  const outcome = transfer(pinned, httpSource(new URL(server.url)), part);
  await expect(outcome).rejects.toBeInstanceOf(Error);
  expect(await readFile(victim, 'utf8')).toBe('Dear diary');
});
