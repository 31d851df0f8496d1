import { readFileSync } from 'node:fs';
import path from 'node:path';
import { encode } from '@msgpack/msgpack';
import { wireLimits } from '../../contract/wire-limits.ts';
import { repository } from '../measure/product.ts';

const MIB = 2 ** 20;
/** One of so many messages is as large as a message may be. */
const HUGE_EVERY = 250;

/** Nothing that fetches, trains or paints: what comes through by chance is to end at once. */
export const COMMANDS = [
  ...['people.list', 'people.show', 'people.rename', 'people.portraits', 'people.split'],
  ...[
    'faces.detect',
    'identification.identify',
    'enrollment.enroll',
    'activity.list',
    'settings.get',
  ],
  ...['live.look', 'pictures.add', 'nothing.such', '__proto__', 'access.createKey'],
] as const;
export const QUERIES = [
  '',
  'a=1',
  'quality=true&'.repeat(50),
  '__proto__=1',
  '%ff=%00',
  'image=x',
] as const;
export const TYPES = [
  'image/jpeg',
  'image/png',
  'image/x-nothing',
  'image/',
  'image/svg+xml',
] as const;

export type Random = (below: number) => number;

/** mulberry32: the same numbers for the same seed everywhere. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export const pick = <T>(among: readonly T[], random: Random): T => among[random(among.length)]!;

/** Bytes of one message: most are small, so that ten thousand of them take minutes. */
function sizeOf(message: number, random: Random, huge: boolean): number {
  if (huge && message % HUGE_EVERY === 0) return wireLimits.messageBytes - 1 - random(4 * MIB);
  return random(20) === 0 ? random(MIB) : random(8_000);
}

/** Pieces of a text that are repeated to a size; what stands around them closes, or does not. */
const JSON_SHAPES: readonly (readonly [before: string, piece: string, after: string])[] = [
  ['', '[', ''],
  ['', '{"a":', ''],
  ['{"image":', '[', ''],
  ['{"images":[', '{},', '{}]}'],
  ['[', '[],', '[]]'],
  ['[', '0,', '0]'],
  ['[', '"",', '""]'],
  ['{"name":"', 'x', '"}'],
  ['{"name":"', '\\"', '"}'],
  ['{"name":"', '\\u0000', '"}'],
  ['{"name":"', '\\', '"}'],
  ['{"image":{"name":"a","bytes":"', 'QUJD', '"}}'],
  ['{"image":{"name":"a","bytes":"', '\\/AAA', '"}}'],
  ['{"image":{"name":"a","bytes":"', 'ü', '"}}'],
  ['{"image":{"name":"a","bytes":"', 'QUJD', ''],
  ['{"person":', '1', '}'],
  ['{', ' ', '}'],
  ['{', '"__proto__":{},', '"a":1}'],
  ['{"constructor":{"prototype":{', '"a":1,', '"b":1}}}'],
  ['{"templates":[', '1e999,', '1]}'],
  ['', '\u0000', ''],
  ['', '}', ''],
];

export function jsonMessages(huge: boolean) {
  return (message: number, random: Random): Buffer => {
    const [before, piece, after] = pick(JSON_SHAPES, random);
    const size = sizeOf(message, random, huge);
    const text = before + piece.repeat(Math.max(1, Math.floor(size / piece.length))) + after;
    const bytes = Buffer.from(text).subarray(
      0,
      wireLimits.messageBytes + (random(9) === 0 ? 99 : 0),
    );
    return random(4) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : damaged(bytes, random);
  };
}

function damaged(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0 || random(2) === 0) return bytes;
  for (let left = random(4); left > 0; left--) bytes[random(bytes.length)] = random(256);
  return bytes;
}

export function frameMessages(huge: boolean) {
  const heads = [
    [0x91],
    [0x81, 0xa1, 0x61],
    [0xdd, 0, 1, 0, 0],
    [0xdd, 255, 255, 255, 255],
    [0xdf, 255, 255, 255, 255],
    [0xdc, 255, 255],
    [0xc6, 255, 255, 255, 255],
    [0xdb, 0, 255, 255, 255],
    [0xc9, 0, 0, 255, 255, 1],
  ];
  const fills = [0x80, 0x90, 0xa0, 0xc0, 0xc1, 0x00, 0x91, 0x81, 0xff, 0xcb];
  return (message: number, random: Random): Uint8Array<ArrayBuffer> => {
    const size = sizeOf(message, random, huge);
    const kind = random(4);
    if (kind === 0) {
      const frame = new Uint8Array(size).fill(pick(fills, random));
      frame.set(pick(heads, random).slice(0, size));
      if (size > 5 && frame[0] === 0xdd && random(2) === 0)
        new DataView(frame.buffer).setUint32(1, size - 5);
      return frame;
    }
    const contents = [
      () => new Uint8Array(size),
      () => 'x'.repeat(size),
      () => Array<unknown>(Math.min(size, 200_000)).fill({}),
      () => Object.fromEntries(Array.from({ length: Math.min(size, 50_000) }, (_, i) => [i, i])),
    ];
    const content = pick(contents, random)();
    const command = pick(COMMANDS, random);
    const frame = encode({ kind: 'request', id: message + 1, command, input: { image: content } });
    const bytes = new Uint8Array(frame);
    return kind === 1 ? bytes.slice(0, random(bytes.length + 1)) : bytes;
  };
}

export function imageMessages(huge: boolean) {
  const photo = readFileSync(
    path.join(repository, 'node_modules/@vladmandic/face-api/demo/sample6.jpg'),
  );
  return (message: number, random: Random): Buffer => {
    const size = sizeOf(message, random, huge);
    if (random(2) === 0) return Buffer.alloc(size, random(256));
    const bytes = Buffer.from(photo.subarray(0, 1 + random(photo.length)));
    for (let left = random(6); left > 0; left--) bytes[random(bytes.length)] = random(256);
    return size > MIB ? Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]) : bytes;
  };
}

export function oddHeaders(random: Random): Record<string, string> {
  const kinds: readonly Record<string, string>[] = [
    {},
    {},
    { 'content-encoding': 'gzip' },
    { 'x-file-name': '%ff'.repeat(1000) },
    { expect: '100-continue' },
    { accept: 'text/html' },
  ];
  return pick(kinds, random);
}

/** What is told of a server to whoever writes to it. */
interface Addressed {
  readonly port: number;
  readonly origin: string;
  readonly key: string;
}

export function rawRequest({ port, key }: Addressed, random: Random): string {
  const host = pick([`127.0.0.1:${port}`, `localhost:${port}`, 'evil.example', ''], random);
  const repeated = (piece: string, most: number): string => piece.repeat(1 + random(most));
  const where = pick(
    [
      ...['/', '/open', '/session', '/window', '/socket', '/api/v1/openapi.json', '*', '//', 'x'],
      repeated('/..%2f', 200),
      repeated('/%2e%2e', 200),
      `/${repeated('%ff', 400)}`,
      `/${repeated('a', 100_000)}`,
      `/?${repeated('a=1&', 50_000)}`,
      `/api/v1/${repeated('b', 1000)}`,
      '/%',
      '/\u0000',
    ],
    random,
  );
  const method = pick(['GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'TRACE', 'CONNECT', 'X'], random);
  const header = pick(
    [
      '',
      `Authorization: Bearer ${key}\r\n`,
      `Authorization: ${repeated('x', 20_000)}\r\n`,
      repeated('X-A: b\r\n', 5000),
      'Transfer-Encoding: chunked\r\n',
      'Transfer-Encoding: gzip, chunked\r\n',
      'Content-Length: 99999999999\r\n',
      'Content-Length: -1\r\n',
      'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
      'Expect: x\r\n',
      'Range: bytes=0-0,1-1\r\n',
      'Connection: Upgrade\r\nUpgrade: h2c\r\n',
      ': no name\r\n',
      'Cookie: a=b\r\n',
    ],
    random,
  );
  const text = `${method} ${where} HTTP/1.1\r\nHost: ${host}\r\n${header}Connection: close\r\n\r\n`;
  return random(5) === 0 ? text.slice(0, random(text.length)) : text;
}

export function rawUpgrade({ port, origin }: Addressed, random: Random): string {
  const where = pick(
    ['/socket', '/socket?a', '/', '/open', '/nothing', '/api/v1/live.look'],
    random,
  );
  const protocols = pick(
    [
      '',
      'Sec-WebSocket-Protocol: likeness, session.x\r\n',
      `Sec-WebSocket-Protocol: ${'a, '.repeat(3000)}a\r\n`,
      'Sec-WebSocket-Extensions: permessage-deflate\r\n',
    ],
    random,
  );
  const from = pick([origin, 'https://evil.example', 'null'], random);
  const key = pick(['AAAAAAAAAAAAAAAAAAAAAA==', 'x', ''], random);
  return (
    `GET ${where} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${from}\r\nConnection: Upgrade\r\n` +
    `Upgrade: websocket\r\nSec-WebSocket-Version: ${random(20)}\r\nSec-WebSocket-Key: ${key}\r\n` +
    `${protocols}\r\n${'\u0082\u007f'.repeat(random(3000))}`
  );
}
