import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { decode, encode } from '@msgpack/msgpack';
import { wireLimits } from '../../app/contract/wire-limits.ts';
import type { ToWindow } from '../../app/contract/wire.ts';
import { repository } from '../measure/product.ts';
import { sessionOf, startServed, type Served } from '../measure/served.ts';
import type { Answer, Options } from './question.ts';

/** Milliseconds for which the main process may stand still, and 10⁶ bytes that it may take. */
const MOST_BLOCKED = 250;
const MOST_MB = 600;
/** Milliseconds after which an answer is missed. */
const PATIENCE = 60_000;
const AT_ONCE = 4;
const USUAL_MESSAGES = 10_000;
/** One of so many messages is as large as a message may be. */
const HUGE_EVERY = 250;

const MIB = 2 ** 20;

export interface EntranceFigures {
  readonly messages: number;
  /** By HTTP status, or code of an error; `closed` where the connection was ended without a word. */
  readonly answers: Readonly<Record<string, number>>;
  readonly longestBlockMs: number;
  readonly longestGapMs: number;
  /** Since the start of the server. */
  readonly peakMb: number;
}

export interface HostileFigures {
  readonly seed: number;
  readonly entrances: Readonly<Record<string, EntranceFigures>>;
  /** Defects: a crash, an error of ours, an answer that is missed. */
  readonly findings: readonly string[];
}

/** What one entrance does with a message; gives what the answer was. */
type Entrance = (message: number, random: Random) => Promise<string>;

/**
 * Sends hostile messages (deep, wide, huge, cut off) to every entrance of a real server. The same
 * seed gives the same messages.
 *
 * @param huge whether some are as large as messages may be
 */
export async function hostile(
  messages: number,
  seed: number,
  huge = true,
): Promise<HostileFigures> {
  await using served = await startServed();
  const entrances = await entrancesOf(served, huge);
  const figures: Record<string, EntranceFigures> = {};
  const findings: string[] = [];
  for (const [name, entrance] of Object.entries(entrances)) {
    const answers: Record<string, number> = {};
    await served.begin();
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < messages && served.ended() === null) {
        const message = next++;
        const answer = await entrance(message, randomOf(seed * 1_000_003 + message));
        answers[answer] = (answers[answer] ?? 0) + 1;
        if (/^(500|internal|missed)/u.test(answer)) findings.push(`${name} ${message}: ${answer}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const end = served.ended();
    if (end !== null) {
      findings.push(`${name}: the server ended with ${end}`);
      break;
    }
    figures[name] = { messages: next, answers, ...(await served.report()) };
  }
  return { seed, entrances: figures, findings };
}

/** `npm run bench -- hostile [--mutants <n>] [--seed <n>]` */
export async function measureHostile(options: Options): Promise<Answer> {
  const { mutants: messages = USUAL_MESSAGES, seed = 1 } = options;
  const figures = await hostile(messages, seed);
  const { entrances, findings } = figures;
  const all = Object.values(entrances);
  const blocked = Math.max(...all.map(({ longestBlockMs }) => longestBlockMs));
  const peak = Math.max(...all.map(({ peakMb }) => peakMb));
  return {
    figures,
    lines: [
      `Seed ${seed}, ${messages} messages to each entrance`,
      ...Object.entries(entrances).flatMap(([name, entrance]) => [
        `${name}: blocked for ${entrance.longestBlockMs.toFixed(0)} ms at most ` +
          `(${entrance.longestGapMs.toFixed(0)} ms with what the machine did besides), ` +
          `${entrance.peakMb.toFixed(0)} MB`,
        `  ${Object.entries(entrance.answers)
          .map(([answer, count]) => `${answer}: ${count}`)
          .join(', ')}`,
      ]),
      `Blocked for ${blocked.toFixed(0)} ms at most, of ${MOST_BLOCKED}; ` +
        `${peak.toFixed(0)} MB, of ${MOST_MB}`,
      `${findings.length} findings`,
      ...findings.slice(0, 50).map((finding) => `  ${finding}`),
    ],
  };
}

async function entrancesOf(served: Served, huge: boolean): Promise<Record<string, Entrance>> {
  const json = jsonMessages(huge);
  const frames = frameMessages(huge);
  const images = imageMessages(huge);
  const key = { authorization: `Bearer ${served.key}` };
  const windows = await Promise.all(
    Array.from(
      { length: AT_ONCE },
      async () => new HostileWindow(served.origin, await sessionOf(served)),
    ),
  );
  return {
    'Addresses and headers': (_message, random) => sayRaw(served.port, rawRequest(served, random)),
    'REST, JSON': (message, random) =>
      post(served.port, `/api/v1/${pick(COMMANDS, random)}`, {
        headers: { ...key, 'content-type': 'application/json', ...oddHeaders(random) },
        body: json(message, random),
        chunked: random(4) === 0,
      }),
    'REST, pictures': (message, random) =>
      post(served.port, `/api/v1/faces.detect?${pick(QUERIES, random)}`, {
        headers: { ...key, 'content-type': pick(TYPES, random) },
        body: images(message, random),
        chunked: random(4) === 0,
      }),
    'Socket with a session': (message, random) =>
      windows[message % AT_ONCE]!.say(frames(message, random)),
    'Socket without a session': (_message, random) =>
      sayRaw(served.port, rawUpgrade(served, random)),
    'Tokens of links': (message, random) =>
      post(served.port, '/session', {
        headers: { origin: served.origin, 'content-type': 'application/json' },
        body: json(message, random),
        chunked: random(4) === 0,
      }),
  };
}

/** Nothing that fetches, trains or paints: what comes through by chance is to end at once. */
const COMMANDS = [
  ...['people.list', 'people.show', 'people.rename', 'people.portraits', 'people.split'],
  ...[
    'faces.detect',
    'identification.identify',
    'enrolment.enrol',
    'activity.list',
    'settings.get',
  ],
  ...['live.look', 'pictures.add', 'nothing.such', '__proto__', 'access.createKey'],
] as const;
const QUERIES = [
  '',
  'a=1',
  'quality=true&'.repeat(50),
  '__proto__=1',
  '%ff=%00',
  'image=x',
] as const;
const TYPES = ['image/jpeg', 'image/png', 'image/x-nothing', 'image/', 'image/svg+xml'] as const;

type Random = (below: number) => number;

/** mulberry32: the same numbers for the same seed everywhere. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const pick = <T>(among: readonly T[], random: Random): T => among[random(among.length)]!;

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

function jsonMessages(huge: boolean) {
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

function frameMessages(huge: boolean) {
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

function imageMessages(huge: boolean) {
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

function oddHeaders(random: Random): Record<string, string> {
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

function rawRequest({ port, key }: Served, random: Random): string {
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

function rawUpgrade({ port, origin }: Served, random: Random): string {
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

/** Says exactly this, and no more; what is not complete is given up after a while. */
function sayRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(text, 'latin1'));
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(/^HTTP\/1\.1 (\d+)/u.exec(answer)?.[1] ?? 'closed');
    };
    const timer = setTimeout(() => {
      answer = 'HTTP/1.1 missed';
      socket.destroy();
      resolve('missed');
    }, PATIENCE);
    socket.setEncoding('latin1').on('data', (part: string) => (answer += part.slice(0, 1000)));
    socket.on('close', done).on('error', done);
  });
}

interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly chunked: boolean;
}

/** Gives the status; a connection that is closed while a body is on its way has said its answer. */
function post(port: number, where: string, { headers, body, chunked }: Post): Promise<string> {
  return new Promise((resolve) => {
    const length = chunked ? {} : { 'content-length': String(body.length) };
    const asked = request({
      ...{ host: '127.0.0.1', port, path: where, method: 'POST', agent: false },
      headers: { ...headers, ...length },
    });
    const timer = setTimeout(() => {
      asked.destroy();
      resolve('missed');
    }, PATIENCE);
    const done = (answer: string): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    asked.on('response', (response) => {
      response.resume().on('close', () => done(String(response.statusCode)));
    });
    asked.on('error', () => done('closed'));
    asked.end(body);
  });
}

/** A window that sends whatever it likes, and comes back where it is thrown out. */
class HostileWindow {
  readonly #url: string;
  readonly #options: { readonly protocols: string[]; readonly headers: Record<string, string> };
  #socket: WebSocket | null = null;
  #answered: (answer: string) => void = () => undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(origin: string, secret: string) {
    this.#url = `${origin.replace('http', 'ws')}/socket`;
    this.#options = { protocols: ['likeness', `session.${secret}`], headers: { origin } };
  }

  /** The code of the answer, or of the end of the socket; one message after the other. */
  say(frame: Uint8Array<ArrayBuffer>): Promise<string> {
    const said = this.#queue.then(() => this.#say(frame));
    this.#queue = said;
    return said;
  }

  close(): void {
    this.#socket?.close();
  }

  async #say(frame: Uint8Array<ArrayBuffer>): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const timer = setTimeout(() => resolve('missed'), PATIENCE);
    this.#answered = resolve;
    const socket = this.#socket ?? (await this.#open());
    if (socket !== null) socket.send(frame);
    const answer = socket === null ? 'missed: no socket' : await promise;
    clearTimeout(timer);
    if (answer === 'missed') socket?.close();
    return answer;
  }

  async #open(): Promise<WebSocket | null> {
    // Options of Node, which the types of the DOM do not know.
    const socket = new WebSocket(this.#url, this.#options as unknown as string[]);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      const message = decode(data as ArrayBuffer) as ToWindow;
      if (message.kind === 'refused') this.#answered(message.error.code);
      else if (message.kind === 'response')
        this.#answered(message.result.ok ? 'ok' : message.result.error.code);
    });
    socket.addEventListener('close', ({ code }) => {
      this.#socket = null;
      this.#answered(`closed ${code}`);
    });
    const opened = await new Promise((resolve) => {
      socket.addEventListener('open', () => resolve(true));
      socket.addEventListener('error', () => resolve(false));
    });
    this.#socket = opened === true ? socket : null;
    return this.#socket;
  }
}
